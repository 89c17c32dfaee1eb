#!/usr/bin/env python3
"""Reads a results file as others do: h5py, and xarray with h5netcdf. Exit code 77 where these are missing.

usage: test_read.py store_make_sample ANALYSIS_DIRECTORY
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest
import zlib

try:
    import h5py
    import numpy as np
    import xarray
    import h5netcdf  # noqa: F401 (xarray's engine)
except ImportError as missing:
    print(f"SKIPPED: {missing}")
    sys.exit(77)

MAKE_SAMPLE, ANALYSIS = sys.argv[1:3]
LABELS = ["fcnn learning_rate=0.0001", "fcnn learning_rate=0.001", "cnn learning_rate=0.0001", "majority"]
METRICS = ["accuracy", "precision", "recall", "f1", "roc_auc", "paper_diff", "mae", "mae_superconductors", "rmse", "r2", "mean_tc"]
N_DONE = 7  # of 12 jobs; the next one has crashed, the others are queued


def metric(job, name, in_test):
    return 0.01 * job + 0.5 * in_test + METRICS.index(name)


def checksum(file, c, s):
    """The checksum of a job, from docs/results.md."""
    def visit(path, item):
        if isinstance(item, h5py.Dataset) and path.split("/")[0] in ("curves", "job", "metrics", "predictions", "weights"):
            paths.append(path)
    paths, crc = [], 0
    file.visititems(visit)
    network, index = file["configs/network"].asstr()[c], file["configs/weights_index"][c]
    for path in sorted(paths):
        dataset = file[path]
        if path == "job/crc32" or "CLASS" in dataset.attrs:  # a dimension scale
            continue
        if path.startswith("weights/"):
            if index < 0 or path.split("/")[1] != network:
                continue
            part = dataset[index, s]
        else:
            part = dataset[c, s]
        crc = zlib.crc32(np.asarray(part, dtype=dataset.dtype).tobytes(), crc)
    return crc


class Reading(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = str(pathlib.Path(cls.folder.name) / "sample.h5")
        subprocess.run([MAKE_SAMPLE, cls.path], check=True)
        cls.file = h5py.File(cls.path, "r")

    @classmethod
    def tearDownClass(cls):
        cls.file.close()
        cls.folder.cleanup()

    def open(self, group):
        return xarray.open_dataset(self.path, group=group, engine="h5netcdf")

    def test_root(self):
        attributes = self.file.attrs
        self.assertEqual(attributes["format"], "tcsweep-results")
        self.assertEqual(attributes["format_version"], "1.0")
        self.assertEqual(attributes["sweep_sha256"][:6], "ab0100")
        self.assertEqual(attributes["ranks"], 4)
        self.assertRegex(attributes["created"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(list(self.file["config"].asstr()[:]), LABELS)
        self.assertIn("Nb₃Sn", self.file["sweep/yaml"].asstr()[()])
        with self.open(None) as root:
            self.assertEqual(list(root.config.values), LABELS)

    def test_every_dataset_is_described(self):
        def visit(path, item):
            if not isinstance(item, h5py.Dataset):
                return
            self.assertTrue(item.attrs["long_name"], path)
            if item.dtype.kind not in "OS":
                self.assertTrue(item.attrs["units"], path)
            self.assertIsNone(item.chunks, path)
            self.assertTrue(item.id.get_offset(), path)
            if not path.startswith(("weights/", "structure/")) and "CLASS" not in item.attrs:
                for dimension in item.dims:
                    self.assertEqual(len(dimension), 1, path)
        self.file.visititems(visit)

    def test_labelled_axes(self):
        with self.open("metrics/test") as test, self.open("metrics/train") as train:
            self.assertEqual(set(test.data_vars), set(METRICS))
            for name in METRICS:
                self.assertEqual(test[name].dims, ("config", "split"))
                for job in range(12):
                    label, split = LABELS[job // 3], job % 3
                    for in_test, values in enumerate((train, test)):
                        value = float(values[name].sel(config=label, split=split))
                        if job < N_DONE:
                            self.assertEqual(value, metric(job, name, in_test))
                        else:
                            self.assertTrue(np.isnan(value), "an unfinished job must not be averaged")
            self.assertEqual(test.mae.attrs["units"], "K")
            self.assertEqual(test.accuracy.attrs["units"], "1")

    def test_curves(self):
        with self.open("curves/regression") as curves:
            self.assertEqual(curves.train_loss.dims, ("config", "split", "epoch"))
            self.assertEqual(list(curves.epoch.values), [1, 2, 5])
            curve = curves.sel(config=LABELS[1], split=2)
            self.assertEqual(list(curve.train_loss.values), [5000, 5001, 5002])
            self.assertEqual(list(curve.test_loss.values), [5006, 5007, 5008])
            self.assertEqual(float(curve.test_mae.sel(epoch=2)), 5010)
            self.assertTrue(np.isnan(curve.test_mae.sel(epoch=5)))
            self.assertEqual(int(curve.n_recorded), 3)
            self.assertEqual(curves.train_mae.attrs["units"], "K")
            self.assertTrue(np.isnan(curves.train_loss.sel(config="majority")).all())

    def test_summary(self):
        with self.open("summary/test") as summary:
            for c, label in enumerate(LABELS):
                values = np.array([metric(job, "mae", True) for job in range(3 * c, 3 * c + 3) if job < N_DONE])
                row = summary.sel(config=label)
                self.assertEqual(int(row.mae_n), len(values))
                if len(values):
                    self.assertAlmostEqual(float(row.mae_mean), values.mean())
                if len(values) > 1:
                    self.assertAlmostEqual(float(row.mae_std), values.std(ddof=1))
                    self.assertAlmostEqual(float(row.mae_sem), values.std(ddof=1) / np.sqrt(len(values)))
                else:
                    self.assertTrue(np.isnan(row.mae_std))

    def test_jobs(self):
        with self.open("job") as job:
            meanings = dict(zip(job.status.attrs["flag_values"], job.status.attrs["flag_meanings"].split()))
            states = [meanings[int(state)] for state in job.status.values.ravel()]
            self.assertEqual(states, ["done"] * 7 + ["crashed"] + ["queued"] * 4)
            done = job.sel(config=LABELS[0], split=1)
            self.assertEqual(str(done.started.values)[:19], "2023-11-14T22:13:20")
            self.assertEqual(float(done.wall_s), 13.5)
            self.assertEqual(int(done["rank"]), 1)
            self.assertEqual(int(job.seed.sel(config="majority", split=2)), 1 << 63)
            self.assertTrue(np.isnan(job.wall_s.sel(config="majority")).all())
            error = bytes(job.error.sel(config=LABELS[2], split=1).values.item()).decode()
            self.assertEqual(error, "the trainer was ended by SIGSEGV at Tc = 3 K — sorry")
        self.assertEqual(self.file["state/jobs_total"][()], 12)
        self.assertEqual(self.file["state/jobs_done"][()], 7)
        self.assertEqual(self.file["state/complete"][()], 0)

    def test_configurations_splits_and_data(self):
        with self.open("configs") as configs:
            row = configs.sel(config=LABELS[1])
            self.assertEqual(float(row["stages.regression.learning_rate"]), 1e-3)
            self.assertEqual(row.optimizer.item(), "adam")
            self.assertEqual(row.network.item(), "fcnn")
            self.assertEqual(int(row.weights_index), 1)
            self.assertEqual(len(row.key.item()), 64)
            self.assertTrue(np.isnan(configs["stages.regression.learning_rate"].sel(config="majority")))
        with self.open("splits") as splits, self.open("data") as data:
            self.assertEqual(splits.train_rows.dims, ("split", "train_row"))
            self.assertEqual(list(splits.test_rows.values[0]), [14, 15, 16, 17, 18, 19, -1])
            self.assertEqual(list(splits.n_test.values), [6, 7, 6])
            self.assertEqual(data.formula.values[0], "MgB2")
            self.assertEqual(float(data.tc.sel(row=2)), 92)

    def test_predictions_and_weights(self):
        with self.open("predictions") as predictions:
            self.assertEqual(predictions.test_tc.dims, ("config", "split", "test_row"))
            values = predictions.test_tc.sel(config=LABELS[1], split=0).values
            self.assertEqual(list(values[:6]), [(30 + i) / 256 for i in range(6)])
            self.assertTrue(np.isnan(values[6]))
        weight, bias = self.file["weights/fcnn/backbone.0.weight"], self.file["weights/fcnn/backbone.0.bias"]
        self.assertEqual(weight.shape, (2, 3, 4, 5))
        self.assertEqual(list(weight[1, 2].ravel()), [5 + i / 64 for i in range(20)])
        self.assertEqual(list(bias[1, 2]), [5 + i / 64 for i in range(20, 24)])
        self.assertEqual(self.file["weights/cnn/backbone.0.weight"].shape, (1, 3, 2, 1, 3, 3))

    def test_checksums(self):
        stored = self.file["job/crc32"][:]
        for job in range(8):
            self.assertEqual(checksum(self.file, job // 3, job % 3), stored[job // 3, job % 3], f"job {job}")

    def test_structure_checksum(self):
        numbers = self.file["structure/checksum"][:]
        data, n = pathlib.Path(self.path).read_bytes(), int(numbers[3])
        crc, at = 0, 0
        for address, length in numbers[5:5 + 2 * n].reshape(n, 2):
            crc, at = zlib.crc32(data[at:int(address)], crc), int(address + length)
        self.assertEqual(zlib.crc32(data[at:], crc), numbers[4])
        self.assertEqual(int(numbers[2]), len(data))
        self.assertEqual(zlib.crc32(numbers[:5 + 2 * n].tobytes()), numbers[-1])

    def test_analysis_scripts(self):
        for name in ("read_h5py.py", "read_xarray.py"):
            lines = (pathlib.Path(ANALYSIS) / name).read_text().splitlines()
            self.assertLessEqual(len(lines), 25, name)
            run = subprocess.run([sys.executable, str(pathlib.Path(ANALYSIS) / name), self.path, "accuracy"], capture_output=True,
                                 text=True, check=True)
            self.assertRegex(run.stdout, r"fcnn learning_rate=0.0001 +0.5100 ± 0.0100  \(3 splits\)", name)
            self.assertRegex(run.stdout, r"cnn learning_rate=0.0001 +0.5600 ± nan  \(1 splits\)", name)
        self.assertIn("best: cnn learning_rate=0.0001", run.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
