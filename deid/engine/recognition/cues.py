"""Words that say what the thing next to them is, and words that say what it is not."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import Any, Final

import ahocorasick

from deid.engine.recognition.keys import SIGNS
from deid.engine.recognition.lexicon import blocks
from deid.engine.recognition.nations import by_word, weak_words

SIGN: Final = (
    "SIGN"  # with which a maker's keys begin: no cue to what follows, read in the same pass
)
OTHER: Final = "OTHER"  # an order, an amount, a version: a number of no person

_CLAUSE_END = re.compile(r"[。！？!?；;\n]")
REACH = 14


@lru_cache(maxsize=1)
def _automaton() -> Any:
    automaton = ahocorasick.Automaton()
    for word, kind in kinds().items():
        automaton.add_word(word, (kind, len(word)))
    for sign in SIGNS:
        automaton.add_word(sign, (SIGN, len(sign)))
    automaton.make_automaton()
    return automaton


@lru_cache(maxsize=1)
def kinds() -> dict[str, str]:
    """What each cue says; the lists go before the names of countries' numbers."""
    called = {word: numbers[0].type for word, numbers in by_word().items()}
    listed = {word: kind for kind, words in blocks("cues.txt").items() for word in words}
    return called | listed


class CueMap:
    """The cues of one text, in order of where they end."""

    __slots__ = ("_by_kind", "_found", "_text", "ends")

    def __init__(self, lower: str) -> None:
        self._text = lower
        self._found: list[tuple[int, int, str]] = []  # end, start, kind
        self._by_kind: dict[str, list[tuple[int, int]]] = {}
        weak = weak_words()
        for last, (kind, size) in _automaton().iter(lower):
            end = last + 1
            start = end - size
            if kind is SIGN:
                self._by_kind.setdefault(SIGN, []).append((start, end))
            elif _stands_alone(lower, start, end):
                self._by_kind.setdefault(kind, []).append((start, end))
                if lower[start:end] in weak:  # `my number` says nothing of what is no My Number
                    continue
                self._found.append((end, start, kind))
        self.ends = [end for end, _start, _kind in self._found]

    def __bool__(self) -> bool:
        return bool(self._found)

    def __contains__(self, kind: str) -> bool:
        return kind in self._by_kind

    def of(self, *kinds: str) -> list[tuple[int, int]]:
        """(start, end) of cues of these kinds, a longer one before those inside it."""
        found = [cue for kind in kinds for cue in self._by_kind.get(kind, ())]
        return sorted(found, key=lambda cue: (cue[0], -cue[1])) if len(found) > 1 else found

    def before(self, start: int, reach: int = REACH) -> str | None:
        """The kind of the nearest cue that ends at most `reach` characters before, same clause.

        Of cues that end at one place the longest counts: 订单编号, not 编号.
        """
        index = bisect_right(self.ends, start)
        best: tuple[int, int, str] | None = None
        while index > 0:
            index -= 1
            end, begin, kind = self._found[index]
            if start - end > reach:
                break
            if best is None or (end == best[0] and begin < best[1]):
                best = (end, begin, kind)
            elif end < best[0]:
                break
        if best is None or _CLAUSE_END.search(self._text, best[0], start):
            return None
        return best[2]

    def ending_at(self, end: int) -> list[tuple[int, str]]:
        """(start, kind) of cues that end there, the longest first."""
        return sorted(
            (begin, kind)
            for kind, cues in self._by_kind.items()
            for begin, stop in cues
            if stop == end and kind is not SIGN
        )

    def near(self, start: int, kinds: tuple[str, ...], reach: int) -> bool:
        """Whether a cue of these kinds ends at most `reach` characters before, any clause."""
        index = bisect_right(self.ends, start)
        while index > 0:
            index -= 1
            end, _begin, kind = self._found[index]
            if start - end > reach:
                return False
            if kind in kinds:
                return True
        return False


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Latin words do not stand inside longer ones: `pin` is not in `shipping`."""
    first, last = text[start], text[end - 1]
    if text[start - 1 : start].isdigit() and text[end : end + 1].isdigit() and _latin(first):
        return False  # in a digest: 33cccd93
    if first.isascii() and first.isalpha() and start and _latin(text[start - 1]):
        return False
    return not (last.isascii() and last.isalpha() and end < len(text) and _latin(text[end]))


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()
