"""What the network sees of a text: its tokens, and numbers for each. Training reads this too."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from zlib import crc32

import numpy as np

from deid.engine.recognition.tagger_en.lists import BANDS, FLAGS

WIDTH: Final = len(FLAGS) + BANDS
WORDS: Final = 32_768  # rows of the table of hashed words, of the one of their ends, of shapes
ENDS: Final = 4_096
SHAPES: Final = 256
COLUMNS: Final = 8  # word, word again, beginning, three endings, shape, gap; behind them the bits
LABELS: Final = 9  # none; for each of four kinds its beginning, and what goes on
LONGEST: Final = 120  # tokens that go through the network in one piece

Token = tuple[int, int]
_BAND_AT = len(FLAGS)
_TOKEN = re.compile(
    r"[^\W\d_]{1,40}(?:['’](?![sS]\b)[^\W\d_]{1,40}){0,3}|['’][sS]\b|\d{1,20}|[^\w\s]|_"
)
_POWERS = (1 << np.arange(len(FLAGS))).astype(np.int32)
_CACHED = 50_000  # words, about 15 MB


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Words, runs of digits, single signs; blanks are between them."""
    matches = _TOKEN.finditer(text, start, len(text) if end is None else end)
    return [match.span() for match in matches]


def pieces(text: str, found: Sequence[Token], size: int = LONGEST) -> Iterator[tuple[int, int]]:
    """Ranges of tokens, none longer than `size`, cut where a line or a sentence ends."""
    begin = 0
    while begin < len(found):
        end = min(len(found), begin + size)
        if end < len(found):
            for place in range(end, begin + size // 2, -1):
                last = found[place - 1]
                if "\n" in text[last[1] : found[place][0]] or text[last[0]] in ".!?":
                    end = place
                    break
        yield begin, end
        begin = end


def shape(word: str) -> str:
    """How a word is written: Xx, XX, xX; other signs are their own shape."""
    if word.isdigit():
        return f"d{min(len(word), 7)}"
    if not word[0].isalpha():
        return word[:2]
    if word.islower():
        kind = "x"
    elif word.isupper():
        kind = "X" if len(word) == 1 else "XX"
    elif word[0].isupper():
        kind = "Xx" if word[1:].islower() else "XxX"
    else:
        kind = "xX"
    return kind + ("" if word.isascii() else "u") + (str(len(word)) if len(word) < 3 else "")


def bare(word: str) -> str:
    """Without its accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


class Features:
    """`known` has for each word in small letters its flags, and above them its band."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self._known = known
        self._cache: dict[str, tuple[int, ...]] = {}

    def of(self, text: str, found: Sequence[Token]) -> Any:
        """A row of numbers for each token."""
        rows = np.empty((len(found), COLUMNS + 1), np.int32)
        before = 0
        for number, (start, end) in enumerate(found):
            row = self._word(text[start:end])
            rows[number, :7] = row[:7]
            rows[number, 8] = row[7]
            rows[number, 7] = _gap(text, before, start)
            before = end
        return rows

    def flags(self, word: str) -> int:
        lower = word.lower()
        found = self._known.get(lower)
        if found is None and not lower.isascii():
            found = self._known.get(bare(lower))
        return found or 0

    def _word(self, word: str) -> tuple[int, ...]:
        found = self._cache.get(word)
        if found is None:
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            found = self._cache[word] = self._read(word)
        return found

    def _read(self, word: str) -> tuple[int, ...]:
        lower = "0" * min(len(word), 7) if word.isdigit() else word.lower()
        return (
            _hash(lower, 1, WORDS), _hash(lower, 77, WORDS), _hash("p" + lower[:3], 3, ENDS),
            _hash("s" + lower[-3:], 5, ENDS), _hash("t" + lower[-2:], 7, ENDS),
            _hash("f" + lower[-4:], 11, ENDS), _hash(shape(word), 9, SHAPES), self.flags(word),
        )  # fmt: skip


def inputs(rows: Any) -> tuple[Any, Any]:
    """What the network takes: table rows, and the flags and bands as zeros and ones."""
    bits = rows[..., COLUMNS]
    flags = (bits[..., None] & _POWERS) > 0
    bands = (bits >> _BAND_AT)[..., None] == np.arange(BANDS, dtype=np.int32)
    return rows[..., :COLUMNS], np.concatenate([flags, bands], -1).astype(np.float32)


def nothing(size: int) -> Any:
    """The labels of tokens that are surely none of the kinds."""
    labels = np.zeros((size, LABELS), np.float32)
    labels[:, 0] = 1
    return labels


def _hash(text: str, seed: int, size: int) -> int:
    return crc32(text.encode(errors="replace"), seed) % size


def _gap(text: str, before: int, start: int) -> int:
    """Nothing, blanks, a new line, an empty line."""
    if before == start:
        return 0
    lines = text.count("\n", before, start)
    return 1 + min(lines, 2)
