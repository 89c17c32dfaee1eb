#!/usr/bin/env python3
"""Compares two results files to the bit: everything but times, hosts, and how the program was started.

usage: compare_results.py A.h5 B.h5       prints what differs; exit code 1 where something does
"""
import sys

import h5py
import numpy as np

# What may differ between two runs of one sweep.
FREE_DATASETS = {"job/attempts", "job/wall_s", "job/cpu_s", "job/started", "job/finished", "job/rank", "job/host", "job/crc32",
                 "state/updated", "state/writer", "structure/checksum"}
FREE_ATTRIBUTES = {"created", "uuid", "command_line", "ranks", "trainers_per_rank", "slurm_job_id", "git_commit"}


def datasets(file):
    found = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            found[name] = item
    file.visititems(visit)
    return found


def differences(a, b):
    for name in sorted(set(a.attrs) | set(b.attrs)):
        if name not in FREE_ATTRIBUTES and str(a.attrs.get(name)) != str(b.attrs.get(name)):
            yield f"attribute {name}: {a.attrs.get(name)} and {b.attrs.get(name)}"
    left, right = datasets(a), datasets(b)
    for name in sorted(left.keys() ^ right.keys()):
        yield f"/{name}: only in one of the files"
    for name in sorted(left.keys() & right.keys()):
        if name in FREE_DATASETS:
            continue
        x, y = left[name][()], right[name][()]
        if np.asarray(x).dtype.hasobject:
            same = np.array_equal(np.asarray(x), np.asarray(y))
        else:
            same = np.asarray(x).shape == np.asarray(y).shape and np.asarray(x).tobytes() == np.asarray(y).tobytes()
        if not same:
            yield f"/{name}: other values"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with h5py.File(sys.argv[1], "r") as a, h5py.File(sys.argv[2], "r") as b:
        found = list(differences(a, b))
    for line in found:
        print(line)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
