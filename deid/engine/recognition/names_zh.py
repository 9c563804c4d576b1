"""Chinese names: what the network finds, and all that titles, cues and neighbours say besides."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.chinese import HAN, ChineseText
from deid.engine.recognition.cued_names_zh import cued_names
from deid.engine.recognition.lac.tagger import Word
from deid.engine.recognition.loose_names_zh import dotted_names, loose_names
from deid.engine.recognition.name_words_zh import (
    CUES,
    NOT_FAMILIAR,
    NOT_NAMES,
    SURNAMES,
    TITLES,
    either,
    is_name,
)
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.titled_names_zh import titled_names
from deid.engine.recognition.types import Span

# 张 三: blanks between the characters, as tables and letters have it.
_HAN_RUN = re.compile(rf"{HAN}+(?: {{1,2}}{HAN}+)*")
_LATIN = re.compile(r"[A-Za-z][A-Za-z']{0,19}(?:[ .-]{1,2}[A-Za-z][A-Za-z']{0,19}){0,3}")
_IN_CODE = re.compile(r"[A-Za-z0-9_@./:=+&-]")
_CUE_AT = re.compile(either(CUES))
_GIVEN_TAGS = ("PER", "n", "a", "nz", "vn", "ad", "an", "ORG", "LOC", "nw")


def chinese_names(chinese: ChineseText) -> Iterator[Span]:
    """Spans of persons; they may overlap, the surer and the longer are chosen later."""
    if not chinese.words:
        return
    for index, word in enumerate(chinese.words):
        if word.tag == "PER":
            yield from _tagged(chinese, index, word)
    for guess in chinese.guesses:
        if guess.end - guess.start > 1:
            yield Span(guess.start, guess.end, t.PERSON, 0.55, "guess", Recall.HIGH)
    yield from titled_names(chinese)
    yield from cued_names(chinese)
    if "·" in chinese.text:
        yield from dotted_names(chinese)
    yield from loose_names(chinese)


def _tagged(chinese: ChineseText, index: int, word: Word) -> Iterator[Span]:
    """What the network calls a person, without the cue or the title that it took along."""
    if "·" in chinese.of(word):
        return  # dotted
    run = _HAN_RUN.match(chinese.text, word.start, word.end)
    if run is None:
        yield from _latin(chinese, word)
        return
    start, end = word.start, run.end()
    cue = _CUE_AT.match(chinese.text, start, end)
    if cue is not None and end - cue.end() >= 2:
        start = cue.end()  # 护工田大姐 as one word
    name = chinese.text[start:end]
    if name in NOT_NAMES or name in NOT_FAMILIAR:
        return
    for size in (4, 3, 2):
        # 张三经理 as one word: the name is the part before the title.
        if name[-size:] in TITLES and len(name) - size >= 2:
            yield Span(start, end - size, t.PERSON, 0.85, "network")
            return
    if len(name) == 1:
        yield from _grown(chinese, index, word)
    elif name[-1] == "某" or is_name(name.replace(" ", "")):
        yield Span(start, end, t.PERSON, 0.85, "network")
    elif len(name) <= 8:
        yield Span(start, end, t.PERSON, 0.6, "network", Recall.BALANCED)


def _latin(chinese: ChineseText, word: Word) -> Iterator[Span]:
    """Emily, wang xiaoming between Chinese words; no part of a handle, a code or a link."""
    name = _LATIN.match(chinese.text, word.start, word.end)
    if name is None or len(name[0]) < 2:
        return
    around = (
        chinese.text[name.start() - 1 : name.start()] + chinese.text[name.end() : name.end() + 1]
    )
    if not _IN_CODE.search(around):
        yield Span(name.start(), name.end(), t.PERSON, 0.7, "network", Recall.BALANCED)


def _grown(chinese: ChineseText, index: int, word: Word) -> Iterator[Span]:
    """A surname alone that the network calls a person: with the short word behind it."""
    if chinese.of(word) not in SURNAMES or index + 1 >= len(chinese.words):
        return
    following = chinese.words[index + 1]
    given = chinese.of(following)
    fits = following.start == word.end and re.fullmatch(rf"{HAN}{{1,2}}", given) is not None
    if fits and given not in TITLES and following.tag in _GIVEN_TAGS:
        yield Span(word.start, following.end, t.PERSON, 0.7, "network")
