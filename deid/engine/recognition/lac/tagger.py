"""Cuts Chinese sentences into words and tags them (LAC 2.1.2: embeddings, two bi-GRUs, a CRF).

Source: Jiao, Sun, Sun: Chinese Lexical Analysis with Deep Bi-GRU-CRF Network, arXiv:1807.01882.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from deid.engine.recognition.lac.network import Favoured, LabelPath, Network

HERE = Path(__file__).parent
BATCH = 64
NEAR, BONUS = 1.5, 3.0  # of the second reading, for names where the surest one has none
WORST = -12.0  # by how much all else may be better than such a name
MAX_WORD = 64


class Word(NamedTuple):
    """`sentence[start:end]` with LAC's tag: PER, LOC, ORG, TIME, n, v, w (punctuation) ..."""

    start: int
    end: int
    tag: str

    def moved(self, by: int) -> Word:
        return Word(self.start + by, self.end + by, self.tag)


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence's words; and what is no name in them, but nearly is."""

    words: list[Word]
    guesses: list[tuple[int, int]]


class Tagger:
    """Its dictionaries are read now, its network with the first sentence."""

    def __init__(self, folder: Path = HERE) -> None:
        self._folder = folder
        self.threads = 1
        """Of the network, for services that answer one at a time; set before it is loaded."""
        self._segmenter = Segmenter(folder / "small_seg.dic")
        ids = {word: int(number) for number, word in _pairs(folder / "word.dic")}
        self._oov = ids["OOV"]
        # Full-width and traditional characters count as the plain ones.
        normal = {
            written: ids.get(plain, self._oov) for written, plain in _pairs(folder / "q2b.dic")
        }
        alone = {written: number for written, number in normal.items() if len(written) == 1}
        self._ids = {**alone, **{word: normal.get(word, number) for word, number in ids.items()}}
        self._tags = _tag_list(folder / "tag.dic")
        self._parts = [(tag.partition("-")[0], tag.endswith("-I")) for tag in self._tags]

    @cached_property
    def _persons(self) -> Favoured:
        from deid.engine.recognition.lac.network import Favoured

        return Favoured((self._tags.index("PER-B"), self._tags.index("PER-I")), NEAR, BONUS)

    @cached_property
    def network(self) -> Network:
        """Loaded in the process that asks it: threads of its runtime do not live through a fork."""
        from deid.engine.recognition.lac.network import Network

        return Network(self._folder, self.threads)

    def tag(self, sentences: Sequence[str]) -> list[Reading]:
        """How each sentence reads. Those of like length go through the network together."""
        found = [Reading([], [])] * len(sentences)
        order = sorted(
            (i for i, one in enumerate(sentences) if one), key=lambda i: len(sentences[i])
        )
        for begin in range(0, len(order), BATCH):
            chosen = order[begin : begin + BATCH]
            for index, reading in zip(
                chosen, self._batch([sentences[i] for i in chosen]), strict=True
            ):
                found[index] = reading
        return found

    def knows(self, word: str) -> bool:
        """Whether the dictionary of common words has it."""
        return self._segmenter.knows(word)

    def _batch(self, sentences: list[str]) -> list[Reading]:
        inputs = [self._encode(sentence) for sentence in sentences]
        paths = self.network.read([ids for ids, _sizes in inputs], self._persons)
        return [
            self._reading(path, sizes) for path, (_ids, sizes) in zip(paths, inputs, strict=True)
        ]

    def _reading(self, path: LabelPath, sizes: Sequence[int]) -> Reading:
        words = self._words(path.labels, sizes)
        if path.favouring is path.labels:
            return Reading(words, [])
        known = {(one.start, one.end) for one in words if one.tag == "PER"}
        return Reading(words, [one for one in self._near(path, sizes) if one not in known])

    def _near(self, path: LabelPath, sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
        """(start, end) of the persons that the second reading has and that are not far behind."""
        begin, inside = self._persons.labels
        ends = [0, *accumulate(sizes)]
        step, labels = 0, path.favouring
        while step < len(labels):
            first = step
            step += 1
            if labels[first] == begin:
                while step < len(labels) and labels[step] == inside:
                    step += 1
                if float(path.leads[first:step].sum()) > WORST:
                    yield ends[first], ends[step]

    def _encode(self, sentence: str) -> tuple[list[int], list[int]]:
        """Ids of words, or of the characters of words that are not known, with their sizes."""
        ids, sizes = [], []
        get, oov = self._ids.get, self._oov
        for word in self._segmenter.cut(sentence):
            known = get(word)
            if known is not None:
                ids.append(known)
                sizes.append(len(word))
                continue
            ids += [get(character, oov) for character in word]
            sizes += [1] * len(word)
        return ids, sizes

    def _words(self, path: Sequence[int], sizes: Sequence[int]) -> list[Word]:
        words: list[Word] = []
        at = 0
        for label, size in zip(path, sizes, strict=True):
            name, inside = self._parts[label]
            if inside and words:
                words[-1] = Word(words[-1].start, at + size, words[-1].tag)
            else:
                words.append(Word(at, at + size, name))
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
