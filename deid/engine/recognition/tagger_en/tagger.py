"""Texts through the network, and what its probabilities say: spans at each step of recall."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deid.engine.recognition import types as t
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.tagger_en import lists
from deid.engine.recognition.tagger_en.features import Features, Token, pieces, tokens
from deid.engine.recognition.types import Span

if TYPE_CHECKING:
    from deid.engine.recognition.tagger_en.network import Network

KINDS = (t.PERSON, t.ORGANIZATION, t.ADDRESS, t.LOCATION)
# "None of these" counts so many times: the more, the surer must a find be.
BIASES = {Recall.PRECISE: 3.0, Recall.BALANCED: 0.7, Recall.HIGH: 0.2}
WEIGHTS = Path(__file__).parent / "names_q8.onnx"
_FRONT, _BACK = " \n\t,;:)]}-–—.'\"“”‘’*|/>", " \n\t,;:([{-–—'\"“”‘’*|/<@#"
_TITLE = re.compile(
    r"(?:mrs|mr|ms|miss|mx|dr|prof|professor|doctor|sir|madam|lady|lord|rev|captain|sergeant|judge|"
    r"president|senator)\b\.?\s{1,3}(?=\w)", re.IGNORECASE
)  # fmt: skip
_SHORT_END = re.compile(r"(?:^|[\s.])(?:[^\W\d_]|[JjSs]r)\.$")


class Tagger:
    """Its lists and its network are read with the first text."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._weights = weights
        self.threads = 1
        """Of the network, for services that answer one at a time; set before it is loaded."""

    @cached_property
    def network(self) -> Network:
        """Loaded in the process that asks it: threads of its runtime do not live through a fork."""
        from deid.engine.recognition.tagger_en.network import Network

        return Network(self._weights, self.threads)

    @cached_property
    def _features(self) -> Features:
        return Features(lists.words())

    def read(self, texts: Sequence[tuple[str, Sequence[Token]]]) -> list[Reading | None]:
        """Each text, of which these stretches are to be read; those without any stay unread."""
        inside: list[Any] = []
        found: list[tuple[list[Token], int]] = []  # of each text its tokens, and where its pieces end
        for text, stretches in texts:
            words: list[Token] = []
            for start, end in stretches:
                own = tokens(text, start, end)
                rows = self._features.of(text, own)
                inside += [rows[begin:stop] for begin, stop in pieces(text, own)]
                words += own
            found.append((words, len(inside)))
        labels = self.network.probabilities(inside) if inside else []
        begins = [0, *(end for _words, end in found)]
        return [
            Reading(text, words, labels[begin:end]) if words else None
            for (text, _stretches), (words, end), begin in zip(texts, found, begins, strict=False)
        ]


class Reading:
    """A text's tokens with the probability of each kind: none first, then `KINDS`."""

    def __init__(self, text: str, words: list[Token], labels: Sequence[Any]) -> None:
        import numpy as np

        self.text, self.words = text, words
        every = np.concatenate(labels) if len(labels) > 1 else labels[0]
        begins, goes_on = every[:, 1::2], every[:, 2::2]
        self._kinds = np.concatenate([every[:, :1], begins + goes_on], 1)
        self._begins = begins > goes_on
        self._ends = [end for _start, end in words]

    def spans(self) -> list[Span]:
        """All that any step of recall finds, each with the first that does."""
        found: dict[tuple[int, int, str], Span] = {}
        for level, bias in BIASES.items():
            for span in self._decoded(level, bias):
                found.setdefault((span.start, span.end, span.type), span)
        return list(found.values())

    def share(self, start: int, end: int, kind: str) -> float | None:
        """How probable it is that this stretch is of the kind; nothing where it was not read."""
        from bisect import bisect_right

        first = bisect_right(self._ends, start)
        last = first
        while last < len(self.words) and self.words[last][0] < end:
            last += 1
        if first == last:
            return None
        return float(self._kinds[first:last, KINDS.index(kind) + 1].mean())

    def _decoded(self, level: Recall, bias: float) -> Iterator[Span]:
        kinds = self._kinds.copy()
        kinds[:, 0] *= bias
        best = kinds.argmax(1)
        run: list[int] = []
        for number in best.nonzero()[0].tolist():
            if run and not self._goes_on(run[-1], number, best):
                yield from self._span(run, best[run[0]], level)
                run = []
            run.append(number)
        if run:
            yield from self._span(run, best[run[0]], level)

    def _goes_on(self, before: int, number: int, best: Any) -> bool:
        """Whether the token belongs to the find that the one before it is of."""
        if number != before + 1 or best[number] != best[before]:
            return False
        gap = self.text[self.words[before][1] : self.words[number][0]]
        if gap and not gap.isspace():
            return False
        if KINDS[best[number] - 1] == t.ADDRESS:
            return gap.count("\n") < 2
        return "\n" not in gap and not self._begins[number, best[number] - 1]

    def _span(self, run: list[int], best: int, level: Recall) -> Iterator[Span]:
        kind = KINDS[best - 1]
        start, end = trimmed(self.text, self.words[run[0]][0], self.words[run[-1]][1], kind)
        if is_any(self.text[start:end], kind):
            score = 0.55 + 0.35 * float(self._kinds[run, best].mean())
            yield Span(start, end, kind, score, "network", level)


def trimmed(text: str, start: int, end: int, kind: str) -> tuple[int, int]:
    """Without titles, and without signs at its edges that are no part of it."""
    while start < end and text[start] in _FRONT:
        start += 1
    if kind == t.PERSON:
        while title := _TITLE.match(text, start, end):
            start = title.end()
    while end > start and text[end - 1] in _BACK:
        end -= 1
    if kind == t.PERSON and text[end - 1 : end] in (".", "!", "?"):
        end -= not _SHORT_END.search(text, max(start, end - 5), end)
    return start, end


def is_any(value: str, kind: str) -> bool:
    """Whether something is left that can be of the kind."""
    letters = sum(map(str.isalpha, value))
    if kind == t.ADDRESS:
        return len(value) > 2 and (letters > 1 or len(value) > 3)
    return letters > 1


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    """The one of this process."""
    return Tagger()
