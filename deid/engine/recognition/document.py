"""One text as the recognisers see it: folded, in lower case, its cues read."""

from __future__ import annotations

import re
from functools import cached_property

from deid.engine.recognition.cues import CueMap
from deid.engine.recognition.folding import fold, has_cjk

_DIGIT = re.compile(r"[0-9]")
_LATIN = re.compile(r"[A-Za-z]")


class Document:
    """`field` is the name of the JSON field or the column that the text stands in, if any.

    A field's name is a cue before all of the text: it is read as if it stood in front.
    """

    def __init__(self, text: str, field: str = "") -> None:
        self.original = text
        self.folded = fold(text)
        self.text = self.folded.text
        lower = self.text.lower()
        # A few characters change their length in lower case (İ): then case stays as it is.
        self.lower = lower if len(lower) == len(self.text) else self.text
        self.field = field
        self.has_digits = _DIGIT.search(self.text) is not None
        self.has_latin = _LATIN.search(self.text) is not None
        self.has_cjk = has_cjk(self.text)
        # The word at the end of the field's name that is a cue, and what it says.
        self.field_cue = _field_cue(field) if field else None

    @cached_property
    def cues(self) -> CueMap:
        return CueMap(self.lower)

    @property
    def field_kind(self) -> str | None:
        """What the field's name says that its value is."""
        return self.field_cue[1] if self.field_cue else None

    def cue_before(self, start: int, reach: int = 14) -> str | None:
        """The nearest cue's kind; the field's where the text is hardly more than the value."""
        return self.cues.before(start, reach) or (self.field_kind if start <= reach else None)


_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _field_cue(field: str) -> tuple[str, str] | None:
    """The longest cue at the end of the name as it is, or as words: vat_no, taxId, card-number."""
    name = field.rpartition(".")[2]
    spaced = re.sub(r"[_-]+", " ", _HUMP.sub(" ", name)).lower()
    found = []
    for words in (name.lower(), spaced):
        for start, kind in CueMap(words).ending_at(len(words))[:1]:
            found.append((words[start:], kind))
    return max(found, key=lambda cue: len(cue[0]), default=None)
