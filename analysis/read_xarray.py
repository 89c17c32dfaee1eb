#!/usr/bin/env python3
"""Ranks the configurations by a metric on the test rows, with xarray. usage: read_xarray.py FILE [METRIC]"""
import sys

import xarray

path, metric = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "mae"
scores = xarray.open_dataset(path, group="metrics/test", engine="h5netcdf")[metric]  # NaN where a job is not done
ranking = scores.mean("split").dropna("config").sortby(scores.mean("split").dropna("config"))
if metric in ("accuracy", "precision", "recall", "f1", "roc_auc", "r2"):
    ranking = ranking[::-1]
for label in ranking.config.values:
    splits = scores.sel(config=label)
    print(f"{label:40} {float(splits.mean()):10.4f} ± {float(splits.std(ddof=1)):.4f}  ({int(splits.count())} splits)")
if ranking.size:
    print(f"best: {ranking.config.values[0]} (chosen by its test rows, so its score is optimistic)")
