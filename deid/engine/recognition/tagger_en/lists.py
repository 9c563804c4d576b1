"""The word lists of the network, frozen with its weights."""

from __future__ import annotations

import gzip
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

FLAGS: Final = (
    "first", "last", "place", "country", "street", "unit", "firm", "calendar", "title", "role",
    "first_common", "last_common",
)  # fmt: skip
BANDS: Final = 7  # of how often a word stands in English text; 0: in no list
FILE = Path(__file__).parent / "words.txt.gz"


@lru_cache(maxsize=1)
def words() -> dict[str, int]:
    """Words in small letters with their flags: lines of a number and the words that have it."""
    found: dict[str, int] = {}
    for line in gzip.decompress(FILE.read_bytes()).decode("utf-8").splitlines():
        bits, _, listed = line.partition(" ")
        found.update(dict.fromkeys(listed.split(" "), int(bits)))
    return found


def has(word: str, flag: str) -> bool:
    """Whether a word, in whatever letters, is listed as a first name, a street's word ..."""
    return bool(words().get(word.lower(), 0) >> FLAGS.index(flag) & 1)


def band(word: str) -> int:
    """How common the word is in English: 0 (in no list) to 6."""
    return words().get(word.lower(), 0) >> len(FLAGS)


def with_band(flags: int, band: int) -> int:
    return flags | band << len(FLAGS)


def fingerprint() -> str:
    """Of the lists: weights know by it which lists they were trained with."""
    return sha256(FILE.read_bytes()).hexdigest()
