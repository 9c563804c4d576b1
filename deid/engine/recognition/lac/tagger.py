"""Cuts Chinese sentences into words and tags them (LAC 2.1.2: embeddings, two bi-GRUs, a CRF).

Source: Jiao, Sun, Sun: Chinese Lexical Analysis with Deep Bi-GRU-CRF Network, arXiv:1807.01882.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

HERE = Path(__file__).parent
BATCH = 64
MAX_WORD = 64


@dataclass(frozen=True, slots=True)
class Word:
    """`sentence[start:end]` with LAC's tag: PER, LOC, ORG, TIME, n, v, w (punctuation) ..."""

    start: int
    end: int
    tag: str


class Tagger:
    """Loads in about 0.3 s; takes no lock: onnxruntime's sessions may be shared by threads."""

    def __init__(self, folder: Path = HERE, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._network = onnxruntime.InferenceSession(
            str(folder / "lac_q8.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self.pool: ThreadPoolExecutor | None = None  # for services that answer one at a time
        self._segmenter = Segmenter(folder / "small_seg.dic")
        normal = dict(_pairs(folder / "q2b.dic"))
        ids = {word: int(number) for number, word in _pairs(folder / "word.dic")}
        self._ids, self._oov = ids, ids["OOV"]
        self._normal = {written: ids.get(plain, ids["OOV"]) for written, plain in normal.items()}
        self._tags = _tag_list(folder / "tag.dic")
        weights = np.load(folder / "crfw.npy")
        self._start, self._stop, self._moves = weights[0], weights[1], weights[2:]

    def tag(self, sentences: Sequence[str]) -> list[list[Word]]:
        """The words of each sentence. Sentences of like length go through the network together."""
        found: list[list[Word]] = [[] for _ in sentences]
        order = sorted(
            (i for i, one in enumerate(sentences) if one), key=lambda i: len(sentences[i])
        )
        for begin in range(0, len(order), BATCH):
            chosen = order[begin : begin + BATCH]
            for index, words in zip(
                chosen, self._batch([sentences[i] for i in chosen]), strict=True
            ):
                found[index] = words
        return found

    def knows(self, word: str) -> bool:
        """Whether the dictionary of common words has it."""
        return self._segmenter.knows(word)

    def _batch(self, sentences: list[str]) -> list[list[Word]]:
        inputs = [self._encode(sentence) for sentence in sentences]
        lengths = np.array([len(ids) for ids, _sizes in inputs], np.int32)
        emissions = np.zeros((int(lengths.max()), len(inputs), len(self._tags)), np.float32)
        groups = list(self._alike(lengths))
        batches = [[ids for ids, _sizes in inputs[begin:end]] for begin, end in groups]
        # The network lets go of the interpreter, so groups may go through it side by side.
        each = self.pool.map if self.pool is not None and len(groups) > 1 else map
        for (begin, end), found in zip(groups, each(self._emissions, batches), strict=True):
            emissions[: len(found), begin:end] = found
        paths = viterbi(emissions, lengths, self._start, self._stop, self._moves)
        return [self._words(path, sizes) for path, (_ids, sizes) in zip(paths, inputs, strict=True)]

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

    def _emissions(self, batch: list[list[int]]) -> Any:
        """Scores of each label: steps x batch x labels."""
        lengths = np.array([len(ids) for ids in batch], np.int32)
        ids = np.zeros((int(lengths.max()), len(batch)), np.int64)
        for column, numbers in enumerate(batch):
            ids[: len(numbers), column] = numbers
        return self._network.run(None, {"ids": ids, "lens": lengths})[0]

    def _encode(self, sentence: str) -> tuple[list[int], list[int]]:
        """Ids of words, or of the characters of words that are not known, with their sizes."""
        ids, sizes = [], []
        for word in self._segmenter.cut(sentence):
            known = self._id(word)
            if known is not None:
                ids.append(known)
                sizes.append(len(word))
                continue
            for character in word:
                found = self._id(character)
                ids.append(self._oov if found is None else found)
                sizes.append(1)
        return ids, sizes

    def _id(self, word: str) -> int | None:
        if word not in self._ids:
            return None if len(word) > 1 else self._normal.get(word)
        return self._normal.get(word, self._ids[word])

    def _words(self, path: Sequence[int], sizes: Sequence[int]) -> list[Word]:
        words: list[Word] = []
        at = 0
        for label, size in zip(path, sizes, strict=True):
            name, _, place = self._tags[label].rpartition("-")
            if words and place == "I":
                words[-1] = Word(words[-1].start, at + size, words[-1].tag)
            else:
                words.append(Word(at, at + size, name or "O"))
            at += size
        return words


class Segmenter:
    """The most probable cut by word frequency, as LAC's own pre-segmentation does."""

    def __init__(self, path: Path) -> None:
        self._words: set[str] = set()
        self._beginnings: set[str] = set()
        total = 0
        for line in path.read_text("utf-8").splitlines():
            word, _, count = line.strip().partition(" ")
            total += int(count)
            self._words.add(word)
            self._beginnings.update(word[:end] for end in range(1, len(word) + 1))
        self._cost = log(total)
        self._bonus = [0.0, 0.0, *(log(size) for size in range(2, MAX_WORD))]

    def knows(self, word: str) -> bool:
        return word in self._words

    def cut(self, text: str) -> list[str]:
        """Words; Latin letters and digits in a row are one."""
        ends = self._ends(text)
        words, at, run = [], 0, ""
        while at < len(text):
            word = text[at : ends[at]]
            at = ends[at]
            if len(word) == 1 and word.isascii() and word.isalnum():
                run += word
                continue
            if run:
                words.append(run)
                run = ""
            words.append(word)
        return [*words, run] if run else words

    def _ends(self, text: str) -> list[int]:
        """For each place the end of the best word that begins there (dynamic programme)."""
        size, cost, bonus = len(text), self._cost, self._bonus
        best, ends = [0.0] * (size + 1), [0] * (size + 1)
        beginnings, words = self._beginnings, self._words
        for start in range(size - 1, -1, -1):
            score, chosen, end = best[start + 1] - cost, start + 1, start + 1
            word = text[start:end]
            while end <= size and word in beginnings:
                if word in words:
                    value = best[end] - cost + bonus[end - start]
                    if value > score or (value == score and end > chosen):
                        score, chosen = value, end
                end += 1
                word = text[start:end]
            best[start], ends[start] = score, chosen
        return ends


def viterbi(emissions: Any, lengths: Any, start: Any, stop: Any, moves: Any) -> list[list[int]]:
    """The best label path of each column. `emissions`: steps x batch x labels.

    Only the best scores go forward; which label they came from is asked on the way back, for the
    one label a step that the path takes.
    """
    steps, batch, _labels = emissions.shape
    into = np.ascontiguousarray(moves.T)  # [to, from]: the maximum runs along memory
    scores = np.empty_like(emissions)
    scores[0] = start + emissions[0]
    for step in range(1, steps):
        np.add((scores[step - 1][:, None, :] + into).max(2), emissions[step], out=scores[step])
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


def _pairs(path: Path) -> Iterable[tuple[str, str]]:
    for line in path.read_text("utf-8").split("\n"):
        left, tab, right = line.rstrip("\r").partition("\t")
        if tab:
            yield left, right


def _tag_list(path: Path) -> list[str]:
    """Labels by number. Where a number stands twice the later line counts, as LAC reads it."""
    named = {int(number): tag for number, tag in _pairs(path)}
    return [named[number] for number in range(len(named))]


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    """The one of this process."""
    return Tagger()
