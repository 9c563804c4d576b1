"""What is known of Chinese names before a text is read: surnames, titles, cues, ordinary words."""

from __future__ import annotations

from functools import lru_cache

from deid.engine.recognition.lac.tagger import tagger
from deid.engine.recognition.lexicon import HERE, blocks

_LISTS = {kind: frozenset(words) for kind, words in blocks("names_zh.txt").items()}
COMMON = _LISTS["COMMON_SURNAMES"]
SURNAMES = _LISTS["SURNAMES"] | COMMON
COMPOUND, TITLES, POSTS = _LISTS["COMPOUND_SURNAMES"], _LISTS["TITLES"], _LISTS["POSTS"]
NOT_NAMES, NOT_FAMILIAR = _LISTS["NOT_NAMES"], _LISTS["NOT_FAMILIAR"]
CUES, STRONG, WEAK = (
    _LISTS["NAME_CUES"], _LISTS["STRONG_NAME_CUES"], _LISTS["WEAK_NAME_CUES"]
)  # fmt: skip
GRAMMAR, DOING = _LISTS["GRAMMAR"], _LISTS["DOING"]
VERBS, PREPOSITIONS = _LISTS["PERSON_VERBS"], _LISTS["PERSON_PREPOSITIONS"]
PLACEHOLDERS = _LISTS["PLACEHOLDERS"]
SENTENCE_STARTS = "，。！？；：、,.!?;:\n \t\"'()[]{}|/<>-=*#"

# What stands next to 姓名 in a form's head: the names of other fields.
FIELD_WORDS = frozenset(word for words in blocks("cues.txt").values() for word in words) | CUES


def either(words: frozenset[str]) -> str:
    """A pattern of any of them, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


def single(words: frozenset[str]) -> str:
    """A pattern of those of one character."""
    return "[" + "".join(sorted(one for one in words if len(one) == 1)) + "]"


_CUE_SIZES = sorted({len(cue) for cue in CUES})


def ends_cue(text: str, place: int) -> bool:
    """Whether a cue stands right before the place."""
    return any(place >= size and text[place - size : place] in CUES for size in _CUE_SIZES)


def is_name(name: str) -> bool:
    """A surname and one or two characters."""
    size = 2 if name[:2] in COMPOUND else 1
    return (name[:size] in SURNAMES or name[:2] in COMPOUND) and size < len(name) <= size + 2


@lru_cache(maxsize=1)
def _ordinary() -> frozenset[str]:
    return frozenset((HERE / "ordinary_words_zh.txt").read_text("utf-8").split())


def is_word(text: str) -> bool:
    """A word that a dictionary has in its ordinary sense, as 方针 and 任命: a surname begins it."""
    return tagger().knows(text) or text in _ordinary() or text in NOT_NAMES
