"""Chinese names: what the network finds, and all that titles, cues and neighbours say besides."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.chinese import HAN, ChineseText
from deid.engine.recognition.cued_names_zh import cued_names
from deid.engine.recognition.lac.tagger import Word
from deid.engine.recognition.loose_names_zh import dotted_names, loose_names, rows_of_names
from deid.engine.recognition.name_words_zh import (
    CUES,
    DOING,
    GRAMMAR,
    NOT_FAMILIAR,
    NOT_NAMES,
    SENTENCE_STARTS,
    SURNAMES,
    TITLES,
    VERBS,
    either,
    is_name,
    is_word,
)
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.titled_names_zh import is_made, titled_names
from deid.engine.recognition.types import Span

# 张 三: blanks between the characters, as tables and letters have it.
_HAN_RUN = re.compile(rf"{HAN}+(?: {{1,2}}{HAN}+)*")
_LATIN = re.compile(r"[A-Za-z][A-Za-z']{0,19}(?:[ .-]{1,2}[A-Za-z][A-Za-z']{0,19}){0,3}")
_IN_CODE = re.compile(r"[A-Za-z0-9_@./:=+&-]")
# 李总和, 老赵家: the last character is no more of the name.
_TAKEN_ALONG = re.compile(rf"{HAN}[总工哥姐导董][和与跟及说在]|[老小阿大]{HAN}家")
_CUE_AT = re.compile(either(CUES))
_GIVEN_TAGS = ("PER", "n", "a", "nz", "vn", "ad", "an", "ORG", "LOC", "nw")
# Of what has no surname in front: 所里, 她们, 维京人, 西克索语, 斯坦利杯.
_ENDS_NO_NAME = frozenset("里们的了着过吗吧呢人语国河湖杯族州岛城县省镇军党教会区路街桥属")
_NO_GIVEN = ("w", "u", "c", "p", "r", "q", "m", "xc", "d", "f")
_FOLLOWS = frozenset(
    "说在来去到和与的是也都就不已被把给让请问从对向及等要想会能为了我你他她吗吧呢啊您这那家"
)


def chinese_names(chinese: ChineseText) -> Iterator[Span]:
    """Spans of persons; they may overlap, the surer and the longer are chosen later."""
    if not chinese.words:
        return
    for index, word in enumerate(chinese.words):
        if word.tag == "PER":
            yield from _tagged(chinese, index, word)
    for start, end in chinese.guesses:
        if end - start > 1:
            yield Span(start, end, t.PERSON, 0.5, "guess", Recall.HIGH)
    yield from titled_names(chinese)
    yield from cued_names(chinese)
    if "·" in chinese.text:
        yield from dotted_names(chinese)
    yield from loose_names(chinese)
    yield from rows_of_names(chinese)


def _tagged(chinese: ChineseText, index: int, word: Word) -> Iterator[Span]:
    """What the network calls a person, without the cue or the title that it took along."""
    if "·" in chinese.of(word):
        return  # dotted
    run = _HAN_RUN.match(chinese.text, word.start, word.end)
    if run is None:
        yield from _latin(chinese, word)
    elif run.end() - word.start == 1:
        yield from _grown(chinese, index, word)
    else:
        yield from _judged(chinese, *_bare(chinese.text, word.start, run.end()))


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    cue = _CUE_AT.match(text, start, end)
    if cue is not None and end - cue.end() >= 2:
        start = cue.end()  # 护工田大姐 as one word
    for size in (4, 3, 2):
        # 张三经理 as one word: the name is the part before the title.
        if end - size - start >= 2 and text[end - size : end] in TITLES:
            return start, end - size
    if end - start == 3 and _TAKEN_ALONG.fullmatch(text, start, end):
        end -= 1
    return start, end


def _judged(chinese: ChineseText, start: int, end: int) -> Iterator[Span]:
    """Sure with a surname in front, less so without."""
    name = chinese.text[start:end]
    if is_made(chinese, start, end) or _goes_on(chinese, start, end):
        yield Span(start, end, t.PERSON, 0.5, "network", Recall.HIGH)
    elif name in NOT_NAMES or name in NOT_FAMILIAR:
        # A word all by itself, such as a column's name, is that word.
        alone = start == 0 and end == len(chinese.text)
        level = Recall.HIGH if alone else Recall.BALANCED
        yield Span(start, end, t.PERSON, 0.6, "network", level)
    elif name[-1] == "某" or is_name(name.replace(" ", "")):
        yield Span(start, end, t.PERSON, 0.85, "network")
        if len(name) == 2:
            yield from _longer(chinese, start, end)
    elif len(name) <= 8:
        level = Recall.HIGH if name[-1] in _ENDS_NO_NAME else Recall.BALANCED
        yield Span(start, end, t.PERSON, 0.6, "network", level)
        if len(name) == 2:
            yield from _with_surname(chinese, start, end)


def _goes_on(chinese: ChineseText, start: int, end: int) -> bool:
    """曾荣 of 曾荣获: a word of grammar, and the first half of the next word."""
    text = chinese.text
    if end - start != 2 or (text[start] not in GRAMMAR | DOING and text[start] != "曾"):
        return False
    following = chinese.word_at(end)
    left = following is not None and following.end - end == 1 and following.tag == "v"
    return is_word(text[start + 1 : end + 1]) or (
        text[start] == "曾" and left and text[end] not in VERBS
    )


def _with_surname(chinese: ChineseText, start: int, end: int) -> Iterator[Span]:
    """向培德, where 向 was read as a word of grammar."""
    before = chinese.word_at(start - 1) if start else None
    if before is None or before.end - before.start > 1 or chinese.of(before) not in SURNAMES:
        return
    opened = start == 1 or chinese.text[start - 2] in SENTENCE_STARTS
    level = Recall.BALANCED if opened else Recall.HIGH
    yield Span(start - 1, end, t.PERSON, 0.6, "network", level)


def _longer(chinese: ChineseText, start: int, end: int) -> Iterator[Span]:
    """沈珍发电话: perhaps the name is 沈珍发; the gate hides the third character as well."""
    following = chinese.word_at(end)
    if following is None or following.end - end != 1 or following.tag in _NO_GIVEN:
        return
    given = chinese.text[end]
    if "\u3400" <= given <= "\u9fff" and given not in _FOLLOWS and given not in TITLES:
        yield Span(start, end + 1, t.PERSON, 0.86, "network", Recall.HIGH)


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
