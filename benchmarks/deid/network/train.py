"""Trains the networks: python -m benchmarks.deid.network.train OUT [--seeds 1 2] [--rounds 3].

Reads OUT/training.jsonl, writes OUT/state-SEED.npz for each. Needs torch and numpy alone.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from benchmarks.deid.network.model import LABELS, Net
from deid.engine.recognition.tagger_en.features import COLUMNS, Features, pieces, tokens
from deid.engine.recognition.tagger_en.lists import words

BATCH, PEAK = 3_000, 3e-3  # tokens in a batch; the highest rate
Piece = tuple[Any, Any]


def encoded(features: Features, text: str, spans: list[tuple[int, int, str]]) -> Iterator[Piece]:
    found = tokens(text)
    if not found:
        return
    labels = np.zeros(len(found), np.int64)
    ends = [end for _start, end in found]
    for start, end, kind in spans:
        place = first = bisect_right(ends, start)
        while place < len(found) and found[place][0] < end:
            labels[place] = LABELS.index(("B-" if place == first else "I-") + kind)
            place += 1
    rows = features.of(text, found)
    for begin, stop in pieces(text, found):
        yield rows[begin:stop], labels[begin:stop]


def load(path: Path) -> list[Piece]:
    features, found = Features(words()), []
    with path.open(encoding="utf-8") as file:
        for line in file:
            text, spans = json.loads(line)
            found += encoded(features, text, spans)
    return found


def batches(every: list[Piece], rng: random.Random) -> list[list[int]]:
    """Pieces of like length together, in random order."""
    order = sorted(range(len(every)), key=lambda number: len(every[number][1]) + rng.random() * 6)
    found: list[list[int]] = [[]]
    for number in order:
        if found[-1] and len(every[number][1]) * (len(found[-1]) + 1) > BATCH:
            found.append([])
        found[-1].append(number)
    rng.shuffle(found)
    return found


def padded(chosen: list[Piece]) -> tuple[Any, Any]:
    longest = max(len(labels) for _rows, labels in chosen)
    rows = np.zeros((len(chosen), longest, COLUMNS + 1), np.int64)
    labels = np.full((len(chosen), longest), -1)
    for number, (own, right) in enumerate(chosen):
        rows[number, : len(own)], labels[number, : len(own)] = own, right
    return torch.from_numpy(rows), torch.from_numpy(labels)


def train(every: list[Piece], rounds: int, seed: int, out: Path) -> None:
    rng = random.Random(seed)
    torch.manual_seed(seed)
    net = Net()
    optimiser = torch.optim.AdamW(net.parameters(), PEAK, weight_decay=0.01)
    steps = rounds * len(batches(every, random.Random(seed))) + 50
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, PEAK, total_steps=steps, pct_start=0.1)
    loss_of = nn.CrossEntropyLoss(ignore_index=-1, label_smoothing=0.03)
    for number in range(rounds):
        net.train()
        losses = []
        for batch in batches(every, rng):
            rows, labels = padded([every[index] for index in batch])
            loss = loss_of(net(rows).reshape(-1, len(LABELS)), labels.reshape(-1))
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            rate.step()
            losses.append(loss.item())
        print(
            f"round {number + 1}: loss {np.mean(losses):.4f}, {time.process_time():.0f} s",
            flush=True,
        )
        np.savez(
            out / f"state-{seed}.npz",
            **{key: value.numpy() for key, value in net.state_dict().items()},
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    every = load(options.out / "training.jsonl")
    print(
        f"{len(every):,} pieces, {sum(len(labels) for _rows, labels in every):,} tokens", flush=True
    )
    for seed in options.seeds:
        print(f"seed {seed}", flush=True)
        train(every, options.rounds, seed, options.out)


if __name__ == "__main__":
    main()
