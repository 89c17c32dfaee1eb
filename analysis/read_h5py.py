#!/usr/bin/env python3
"""Mean ± standard deviation of a metric on the test rows for each configuration, with h5py alone. usage: read_h5py.py FILE [METRIC]"""
import sys

import h5py

DONE = 3  # see flag_values and flag_meanings of /job/status
path, metric = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "mae"
with h5py.File(path, "r") as file:
    labels = file["config"].asstr()[:]
    mean, std, n = (file[f"summary/test/{metric}_{name}"][:] for name in ("mean", "std", "n"))
    units = file[f"metrics/test/{metric}"].attrs["units"]
    n_done, n_jobs = int((file["job/status"][:] == DONE).sum()), int(file["state/jobs_total"][()])

print(f"{path}: {n_done} of {n_jobs} jobs done; {metric} on the test rows, in {units}")
for c, label in enumerate(labels):
    print(f"{label:40} {mean[c]:10.4f} ± {std[c]:.4f}  ({n[c]} splits)")
