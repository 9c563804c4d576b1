"""The network at work: whatever needs onnxruntime.

A module of its own, loaded with the first English text: onnxruntime starts threads when it is
imported, and a process that was forked after that hangs at its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from deid.engine.recognition.tagger_en.features import COLUMNS, inputs

BATCH = 64


class Network:
    """Loads in about 0.1 s; takes no lock: onnxruntime's sessions may be shared by threads."""

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def probabilities(self, pieces: Sequence[Any]) -> list[Any]:
        """For each piece (rows of features) tokens x labels. Like lengths go together."""
        order = sorted(range(len(pieces)), key=lambda number: len(pieces[number]))
        found: list[Any] = [None] * len(pieces)
        for begin in range(0, len(order), BATCH):
            group = order[begin : begin + BATCH]
            labels = self._batch([pieces[number] for number in group])
            for column, number in enumerate(group):
                found[number] = labels[: len(pieces[number]), column]
        return found

    def _batch(self, batch: Sequence[Any]) -> Any:
        lengths = np.array([len(rows) for rows in batch], np.int32)
        padded = np.zeros((len(batch), int(lengths.max()), COLUMNS + 1), np.int32)
        for number, rows in enumerate(batch):
            padded[number, : len(rows)] = rows
        ids, bits = inputs(padded)
        return self._session.run(None, {"ids": ids, "bits": bits, "lens": lengths})[0]
