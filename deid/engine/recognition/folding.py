"""Folds how characters are written, so that one pattern reads them all; offsets stay known."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Full-width forms (Unicode block FF00-FFEF) stand 0xFEE0 above ASCII.
_FOLDED: dict[int, int | str] = {0xFF01 + i: 0x21 + i for i in range(94)}
_FOLDED |= {ord(blank): " " for blank in "\u3000\u00a0\u2002\u2003\u2007\u2009\u202f\t"}
_FOLDED |= {ord(dash): "-" for dash in "\u2010\u2011\u2012\u2013\u2212\u2014\uff0d\ufe63"}
_FOLDED |= {ord(mark): '"' for mark in "“”„«»"} | {ord(mark): "'" for mark in "‘’"}
_FOLDED |= {ord("•"): "·", ord("‧"): "·", ord("・"): "·", ord("･"): "·"}
# Digits of other scripts and of mathematics: Arabic-Indic, Devanagari, Thai, bold ... (Nd).
_ZEROS = (
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6,
    0xE50, 0xED0, 0xF20, 0x1040, 0x17E0, 0x1810,
)  # fmt: skip
_FOLDED |= {base + i: str(i) for base in _ZEROS for i in range(10)}
_FOLDED |= {0x1D7CE + i: str(i % 10) for i in range(50)}

# Of a text few characters are folded: they are sought, the others are never looked up. A set of
# characters is quick to search for where it has none beyond FFFF; those are rare.
_FOLDABLE = re.compile(
    "[" + "".join(re.escape(chr(code)) for code in _FOLDED if code < 0x10000) + "]"
)
_BEYOND = re.compile("[\U0001d7ce-\U0001d7ff]")
_WRITTEN = {chr(code): to if isinstance(to, str) else chr(to) for code, to in _FOLDED.items()}

# Written between characters, they change nothing that is seen: an easy way to hide a number.
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e]")
CJK = re.compile("[\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` to be read; `offsets[i]` is where its i-th character stood, None where nothing moved.

    `offsets` has one entry more than `text`: the end of the original.
    """

    text: str
    offsets: list[int] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end] stood in the original."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


def fold(text: str) -> Folded:
    """One character for one, but for invisible ones, which go."""
    if text.isascii():
        return Folded(text.replace("\t", " "))
    folded = _FOLDABLE.sub(lambda match: _WRITTEN[match[0]], text)
    if _BEYOND.search(folded):
        folded = folded.translate(_FOLDED)
    if folded.isascii() or not _INVISIBLE.search(folded):
        return Folded(folded)
    offsets = [i for i, character in enumerate(folded) if not _INVISIBLE.match(character)]
    return Folded("".join(folded[i] for i in offsets), [*offsets, len(text)])


def has_cjk(text: str) -> bool:
    """Whether a Chinese character stands in it."""
    return not text.isascii() and CJK.search(text) is not None
