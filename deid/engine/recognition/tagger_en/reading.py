"""What the network's probabilities say of a text: spans at each step of recall."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from deid.engine.recognition import types as t
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.tagger_en.edges import is_any, trimmed
from deid.engine.recognition.tagger_en.features import Token
from deid.engine.recognition.types import Span

KINDS = (t.PERSON, t.ORGANIZATION, t.ADDRESS, t.LOCATION)
_PERSON, _ADDRESS, _LOCATION = (1 + KINDS.index(kind) for kind in (t.PERSON, t.ADDRESS, t.LOCATION))
# "None of these" counts so many times: the more, the surer must a find be.
BIASES = {Recall.PRECISE: 3.0, Recall.BALANCED: 1.0, Recall.HIGH: 0.2}
_NAMED = 0.2  # the probability from which a word in capitals beside a name is part of it
_JOINS = 0.1  # the probability from which what stands at an address is part of it
_BETWEEN = 4  # tokens that may stand between two parts of one address
_Run = tuple[int, int, int]  # first token, the one behind the last, kind


class Reading:
    """A text's tokens with the probability of each kind: none first, then `KINDS`."""

    def __init__(self, text: str, words: list[Token], labels: Sequence[Any]) -> None:
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
            for run in self._joined(list(self._runs(bias))):
                for span in self._span(self._widened(run), level):
                    found.setdefault((span.start, span.end, span.type), span)
        return list(found.values())

    def share(self, start: int, end: int, kind: str) -> float | None:
        """How probable it is that this stretch is of the kind; nothing where it was not read."""
        first = bisect_right(self._ends, start)
        last = first
        while last < len(self.words) and self.words[last][0] < end:
            last += 1
        return self._mean(first, last, 1 + KINDS.index(kind)) if first < last else None

    def _mean(self, first: int, last: int, kind: int) -> float:
        return float(self._kinds[first:last, kind].mean())

    def _runs(self, bias: float) -> Iterator[_Run]:
        """Tokens in a row whose likeliest kind is the same one."""
        kinds = self._kinds.copy()
        kinds[:, 0] *= bias
        best = kinds.argmax(1)
        first = last = -1
        for number in best.nonzero()[0].tolist():
            if first >= 0 and self._goes_on(last, number, best):
                last = number
                continue
            if first >= 0:
                yield first, last + 1, int(best[first])
            first = last = number
        if first >= 0:
            yield first, last + 1, int(best[first])

    def _goes_on(self, before: int, number: int, best: Any) -> bool:
        """Whether the token belongs to the find that the one before it is of."""
        if number != before + 1 or best[number] != best[before]:
            return False
        gap = self._gap(before, number)
        if gap and not gap.isspace():
            return False  # unread text is between
        if best[number] == _ADDRESS:
            return gap.count("\n") < 2
        return "\n" not in gap and not self._begins[number, best[number] - 1]

    def _gap(self, before: int, number: int) -> str:
        return self.text[self.words[before][1] : self.words[number][0]]

    def _joined(self, runs: list[_Run]) -> list[_Run]:
        """Addresses with what stands between their parts, and the places that end them."""
        found: list[_Run] = []
        for run in runs:
            found.append(run)
            while len(found) > 1 and (whole := self._one(found[-2], found[-1])):
                found[-2:] = [whole]
            if len(found) > 2 and self._is_cut(found[-3], found[-1]):
                found[-3:] = [(found[-3][0], found[-1][1], _ADDRESS)]
        return found

    def _widened(self, run: _Run) -> _Run:
        """A person with the words in capitals right beside that may be of the name."""
        first, last, kind = run
        if kind != _PERSON:
            return run
        while first and self._may_be_named(first - 1, first):
            first -= 1
        while last < len(self.words) and self._may_be_named(last, last):
            last += 1
        return first, last, kind

    def _may_be_named(self, number: int, gap: int) -> bool:
        start, _end = self.words[number]
        likely = self._kinds[number, _PERSON] >= _NAMED and self._kinds[number].argmax() == 0
        return bool(likely) and self.text[start].isupper() and self._gap(gap - 1, gap) == " "

    def _one(self, left: _Run, right: _Run) -> _Run | None:
        """Both as one address, if they are."""
        if _ADDRESS not in (left[2], right[2]) or not self._is_near(left, right):
            return None
        between = self.text[self.words[left[1] - 1][1] : self.words[right[0]][0]].strip(" ")
        other = left if right[2] == _ADDRESS else right
        if left[2] == _ADDRESS == right[2]:
            joins = (
                all(sign in ",-–/. \n" for sign in between)
                or self._mean(left[1], right[0], _ADDRESS) >= _JOINS
            )
        elif right[2] == _LOCATION:
            joins = between in ("", ",", "\n", ",\n", "(")
        else:
            joins = not between and self._mean(other[0], other[1], _ADDRESS) >= _JOINS
        return (left[0], right[1], _ADDRESS) if joins else None

    def _is_cut(self, left: _Run, right: _Run) -> bool:
        """Whether these are one address with a name in it."""
        return left[2] == right[2] == _ADDRESS and self._is_near(left, right)

    def _is_near(self, left: _Run, right: _Run) -> bool:
        """Few tokens between, and no empty line nor unread text."""
        if right[0] - left[1] > _BETWEEN:
            return False
        gaps = [self._gap(number - 1, number) for number in range(left[1], right[0] + 1)]
        return all(gap.count("\n") < 2 and not gap.strip() for gap in gaps)

    def _span(self, run: _Run, level: Recall) -> Iterator[Span]:
        first, last, number = run
        kind = KINDS[number - 1]
        start, end = trimmed(self.text, self.words[first][0], self.words[last - 1][1], kind)
        if is_any(self.text[start:end], kind):
            score = 0.55 + 0.35 * self._mean(first, last, number)
            yield Span(start, end, kind, score, "network", level)
