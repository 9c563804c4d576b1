"""LAC's network and the search for the best labels after it: whatever needs numpy or onnxruntime.

A module of its own, loaded with the first Chinese sentence: onnxruntime starts threads when it is
imported, and a process that was forked after that hangs at its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime


@dataclass(frozen=True, slots=True)
class Favoured:
    """Labels that count for more in a second reading of those sentences where one of them nearly
    leads somewhere: where the best other is better by less than `near`."""

    labels: tuple[int, ...]
    near: float
    bonus: float


@dataclass(frozen=True, slots=True)
class LabelPath:
    """A sentence's labels, by how much favoured ones are better at each step, and the labels when
    those count for more."""

    labels: list[int]
    leads: Any
    favouring: list[int]


class Network:
    """Loads in about 0.3 s; takes no lock: onnxruntime's sessions may be shared by threads."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "lac_q8.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="lac") if threads > 1 else None
        weights = np.load(folder / "crfw.npy")
        self._start, self._stop, self._moves = weights[0], weights[1], weights[2:]

    def read(self, sentences: Sequence[list[int]], favoured: Favoured) -> list[LabelPath]:
        """The best labels of each sentence, which is the ids of its words, in order of length."""
        lengths = np.array([len(ids) for ids in sentences], np.int32)
        shape = (int(lengths.max()), len(sentences), len(self._start))
        emissions = np.zeros(shape, np.float32)
        groups = list(self._alike(lengths))
        batches = [sentences[begin:end] for begin, end in groups]
        # The network lets go of the interpreter, so groups may go through it side by side.
        each = self._pool.map if self._pool is not None and len(groups) > 1 else map
        for (begin, end), found in zip(groups, each(self._emissions, batches), strict=True):
            emissions[: len(found), begin:end] = found
        best = self._decoded(emissions, lengths)
        leads = _leads(emissions, favoured)
        # Few sentences may read otherwise, so that the second reading costs little.
        near = (leads > -favoured.near) & (np.arange(shape[0])[:, None] < lengths)
        doubtful = [
            column
            for column in np.flatnonzero(near.any(0)).tolist()
            if any(
                best[column][step] not in favoured.labels
                for step in np.flatnonzero(near[:, column]).tolist()
            )
        ]
        longest = int(lengths[doubtful].max()) if doubtful else 0
        others = emissions[:longest, doubtful]
        others[:, :, list(favoured.labels)] += favoured.bonus
        again = dict(zip(doubtful, self._decoded(others, lengths[doubtful]), strict=True))
        return [
            LabelPath(labels, leads[:, column], again.get(column, labels))
            for column, labels in enumerate(best)
        ]

    def _decoded(self, emissions: Any, lengths: Any) -> list[list[int]]:
        return viterbi(emissions, lengths, self._start, self._stop, self._moves)

    @staticmethod
    def _alike(lengths: Any) -> Iterator[tuple[int, int]]:
        """Stretches of like lengths: the network's time goes with its padded size."""
        begin = 0
        for place in range(1, len(lengths) + 1):
            if (
                place == len(lengths)
                or abs(lengths[place] - lengths[begin]) > 2 + lengths[begin] // 8
            ):
                yield begin, place
                begin = place

    def _emissions(self, batch: Sequence[list[int]]) -> Any:
        """Scores of each label: steps x batch x labels."""
        lengths = np.array([len(ids) for ids in batch], np.int32)
        ids = np.zeros((int(lengths.max()), len(batch)), np.int64)
        for column, numbers in enumerate(batch):
            ids[: len(numbers), column] = numbers
        return self._session.run(None, {"ids": ids, "lens": lengths})[0]


def _leads(emissions: Any, favoured: Favoured) -> Any:
    """By how much the best of the favoured labels is better than the best other: steps x batch."""
    labels = list(favoured.labels)
    others = emissions.copy()
    others[:, :, labels] = -np.inf
    return emissions[:, :, labels].max(2) - others.max(2)


def viterbi(emissions: Any, lengths: Any, start: Any, stop: Any, moves: Any) -> list[list[int]]:
    """The best label path of each column. `emissions`: steps x batch x labels.

    Only the best scores go forward; which label they came from is asked on the way back, for the
    one label a step that the path takes.
    """
    steps, batch, labels = emissions.shape
    if not batch:
        return []
    onward = np.ascontiguousarray(moves)[:, None, :]
    # [from, batch, to]: whole rows are compared at once, which is twice as fast as within a row.
    reached = np.empty((labels, batch, labels), emissions.dtype)
    scores = np.empty_like(emissions)
    scores[0] = start + emissions[0]
    for step in range(1, steps):
        np.add(scores[step - 1].T[:, :, None], onward, out=reached)
        np.add(reached.max(0), emissions[step], out=scores[step])
    into = np.ascontiguousarray(moves.T)
    columns = np.arange(batch)
    label = np.zeros(batch, np.int64)
    path = np.zeros((steps, batch), np.int64)
    for step in range(steps - 1, -1, -1):
        ends = lengths == step + 1
        if step < steps - 1:
            label = (scores[step] + into[label]).argmax(1)
        if ends.any():
            label = np.where(ends, (scores[step] + stop).argmax(1), label)
        path[step] = label
    return [path[: lengths[column], column].tolist() for column in columns]
