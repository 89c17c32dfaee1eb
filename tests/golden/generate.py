#!/usr/bin/env python3
"""Writes fcnn.bin and cnn.bin beside itself: what PyTorch 2.13.0 computes, in double precision, for the paper's two networks.

usage: pip install torch==2.13.0 numpy && python3 generate.py

Initial weights, dropout masks and the batch come from the project's own generator (Philox4x32-10), written here a second time from
include/tcsweep/random.h and network.h; nothing else is shared with the C code. README.md describes the files.
"""
import pathlib

import numpy as np
import torch
from torch import nn

KEY = (0x676F6C64, 0x656E3031)  # "golden01"
INITIAL_WEIGHTS, DROPOUT, TEST = 2, 4, 100
N_ROWS, N_STEPS, LEARNING_RATE = 64, 20, 1e-4
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def philox(purpose, a, b, n):
    """The first n 32-bit numbers of the stream (KEY, purpose, a, b)."""
    n_blocks = (n + 3) // 4
    x0 = np.arange(n_blocks, dtype=np.uint64)
    x1, x2, x3 = (np.full(n_blocks, value, dtype=np.uint64) for value in (b, a, purpose))
    k0, k1 = KEY
    low, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    for _ in range(10):
        p0, p1 = x0 * np.uint64(0xD2511F53), x2 * np.uint64(0xCD9E8D57)
        x0, x1, x2, x3 = (p1 >> shift) ^ x1 ^ np.uint64(k0), p1 & low, (p0 >> shift) ^ x3 ^ np.uint64(k1), p0 & low
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack([x0, x1, x2, x3], axis=1).astype(np.uint32).ravel()[:n]


class Dropout(nn.Module):
    """Dropout whose masks are those of network.h; stage and step are set from outside."""

    stage = step = 0

    def __init__(self, probability, ordinal):
        super().__init__()
        self.probability, self.ordinal = probability, ordinal

    def forward(self, x):
        if not self.training:
            return x
        words = philox(DROPOUT, Dropout.stage << 16 | self.ordinal, Dropout.step, (x.numel() + 1) // 2)
        numbers = np.stack([words & 0xFFFF, words >> 16], axis=1).ravel()[: x.numel()]
        keep = torch.from_numpy(numbers >= round(65536 * self.probability)).view(x.shape)
        return x * keep / (1 - self.probability)


def fcnn():
    """Dropout's second argument is the layer's number, counted over all branches."""
    backbone = nn.Sequential(nn.Linear(120, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU())
    regression = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 128), nn.ReLU(),
                               nn.Linear(128, 64), nn.ReLU(), Dropout(0.25, 12), nn.Linear(64, 512), nn.ReLU(), Dropout(0.5, 15),
                               nn.Linear(512, 1))
    classification = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), Dropout(0.25, 19), nn.Linear(64, 64), nn.ReLU(), Dropout(0.5, 22),
                                   nn.Linear(64, 2), nn.Softmax(1))
    return (120,), backbone, regression, classification


def cnn():
    backbone = nn.Sequential(nn.Conv2d(1, 32, 7, padding=3), nn.ReLU(), nn.Conv2d(32, 32, 5, padding=2), nn.ReLU())
    regression = nn.Sequential(nn.Conv2d(32, 64, 3, stride=2), nn.ReLU(), nn.Conv2d(64, 64, 3, stride=2), nn.ReLU(),
                               nn.Conv2d(64, 128, 1), nn.ReLU(), nn.Conv2d(128, 64, 1), nn.ReLU(), Dropout(0.25, 12), nn.Flatten(),
                               nn.Linear(128, 512), nn.ReLU(), Dropout(0.5, 16), nn.Linear(512, 1))
    classification = nn.Sequential(nn.Conv2d(32, 64, 3, stride=2), nn.ReLU(), nn.MaxPool2d(3, 2), Dropout(0.25, 21), nn.Flatten(),
                                   nn.Linear(128, 512), nn.ReLU(), Dropout(0.5, 25), nn.Linear(512, 2), nn.Softmax(1))
    return (1, 10, 12), backbone, regression, classification


def initialize(parts):
    """U(−1/√fan_in, 1/√fan_in) as tcs_network_initialize does it, rounded to float32."""
    tensors = [tensor for part in parts for tensor in part.parameters()]
    for i, tensor in enumerate(tensors):
        if i % 2 == 0:  # a weight; the bias that follows has the same fan_in
            fan_in = tensor[0].numel()
        u = (philox(INITIAL_WEIGHTS, i, 0, tensor.numel()) >> 8) * 2.0**-24
        with torch.no_grad():
            tensor.copy_(torch.from_numpy(((2 * u - 1) / np.sqrt(fan_in)).astype(np.float32)).view(tensor.shape))


def batch():
    """64 compositions of 2 to 6 elements with whole amounts 1 … 9, as 100 × atomic fraction; Tc = 0 K for a quarter of them."""
    numbers = iter(philox(TEST, 1, 0, 4096).tolist())
    x, tc = np.zeros((N_ROWS, 120)), np.zeros(N_ROWS)
    for row in range(N_ROWS):
        for _ in range(2 + next(numbers) % 5):
            x[row, 1 + next(numbers) % 96] += 1 + next(numbers) % 9
        x[row] *= 100 / x[row].sum()
        tc[row] = 0 if row % 4 == 3 else next(numbers) % 1000 / 10
    return x.astype(np.float32), tc.astype(np.float32)


def train(stage, predict, parameters, target):
    """N_STEPS of Adam; returns losses, the outputs and gradients of the first step, and the weights after the last."""
    optimizer = torch.optim.Adam(parameters, lr=LEARNING_RATE)
    losses = []
    for step in range(N_STEPS):
        Dropout.stage, Dropout.step = stage, step
        optimizer.zero_grad()
        output = predict()
        loss = ((output - target) ** 2).sum()
        loss.backward()
        if step == 0:
            outputs = output.detach().numpy().copy()
            gradients = [p.grad.numpy().copy() for p in parameters]
        losses.append(loss.item())
        optimizer.step()
    return np.array(losses), outputs, gradients, [p.detach().numpy().copy() for p in parameters]


def write(path, make):
    shape, *parts = make()
    backbone, regression, classification = parts
    rows, tc = batch()
    x, target = torch.from_numpy(rows.astype(np.float64)).view(N_ROWS, *shape), torch.from_numpy(tc.astype(np.float64)).view(-1, 1)
    one_hot = torch.cat([(target == 0), (target > 0)], 1).double()

    initialize(parts)
    for part in parts:
        part.eval()
    with torch.no_grad():
        evaluation = [branch(backbone(x)).numpy() for branch in (regression, classification)]
    for part in parts:
        part.train()
    stage1 = train(0, lambda: regression(backbone(x)), [*backbone.parameters(), *regression.parameters()], target)

    initialize(parts)
    with torch.no_grad():
        hidden = backbone.eval()(x)
    stage2 = train(1, lambda: classification(hidden), [*classification.parameters()], one_hot)

    with open(path, "wb") as out:
        out.write(b"TCSGOLD1")
        for values in (rows, tc):
            out.write(values.astype("<f4").tobytes())
        for values in (*evaluation, stage1[1], stage2[1], stage1[0], stage2[0]):
            out.write(values.astype("<f8").tobytes())
        for index in (2, 3):  # gradients, then weights
            for values in (*stage1[index], *stage2[index]):
                out.write(values.astype("<f4").tobytes())
    print(path.name, path.stat().st_size, "bytes; losses", stage1[0][[0, -1]], stage2[0][[0, -1]])


if __name__ == "__main__":
    assert torch.__version__.split("+")[0] == "2.13.0", torch.__version__
    here = pathlib.Path(__file__).parent
    write(here / "fcnn.bin", fcnn)
    write(here / "cnn.bin", cnn)
