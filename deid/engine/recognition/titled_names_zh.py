"""Chinese names that a title or a familiar word makes one: 张经理, 老王, 小李."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.chinese import HAN, ChineseText
from deid.engine.recognition.lac.tagger import Word, tagger
from deid.engine.recognition.name_words_zh import (
    COMMON,
    COMPOUND,
    DOING,
    NOT_FAMILIAR,
    NOT_NAMES,
    POSTS,
    PREPOSITIONS,
    SENTENCE_STARTS,
    SURNAMES,
    TITLES,
    VERBS,
    either,
    ends_cue,
    is_word,
    single,
)
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.types import Span

_TITLED = re.compile(rf"(?:{either(COMPOUND)}|{single(SURNAMES)})(?={either(TITLES)})")
_TITLE = re.compile(either(TITLES))
_FAMILIAR = re.compile(rf"[老小阿大]{single(COMMON)}(?!{HAN}·)")
_JOINTS = re.compile(r"[、,，/和与及跟 ]|以及")
_CALLING = tuple(sorted(PREPOSITIONS - {"由"}))
_SPEAKS = frozenset(("说", "问", "让", "叫", "在", "来", "去", "给", "把", "带", "您", "你", ":"))
_DEPARTMENTS = frozenset("科部室院组处局班厅")
# What may follow a familiar name where nothing else tells.
_CALLED = frozenset(":,，：、;；。(\n")
_SHORT_CALLED = frozenset((":", "，", ",", "、", "带", "说", "让", "那", "在", "给"))


def titled_names(chinese: ChineseText) -> Iterator[Span]:
    """张经理 and 老王 as a whole; of 张三经理 the network's name only."""
    candidates = list(_candidates(chinese))
    ends = {end for _start, end, _title in candidates}
    starts = {start for start, _end, _title in candidates}
    for start, end, title in candidates:
        if is_made(chinese, start, end):
            yield Span(start, end, t.PERSON, 0.5, "title", Recall.HIGH)
            continue
        in_row = _in_row(chinese.text, start, end, starts, ends)
        if in_row or _is_titled(chinese, start, end, title):
            yield Span(start, end, t.PERSON, 0.85, "title")
        elif len(title) > 1 and chinese.text[start] in COMMON and title not in POSTS:
            yield Span(start, end, t.PERSON, 0.5, "title", Recall.HIGH)
    for match in _FAMILIAR.finditer(chinese.text):
        if _is_familiar(chinese, match.start(), match.end()):
            yield Span(match.start(), match.end(), t.PERSON, 0.8, "title")


def _candidates(chinese: ChineseText) -> Iterator[tuple[int, int, str]]:
    """A surname with a title behind it, where words begin and end."""
    text = chinese.text
    for match in _TITLED.finditer(text):
        title = _TITLE.match(text, match.end())
        if title is None or not _begins(chinese, match.start(), title[0]):
            continue
        end = title.end()
        if text[match.start() - 1 : match.start()] in ("不", "只", "照", "兼"):
            continue  # 不顾警察
        if text[match.start() : end] not in NOT_NAMES and (
            chinese.is_edge(end) or text[end] in VERBS
        ):
            yield match.start(), end, title[0]


def is_made(chinese: ChineseText, start: int, end: int) -> bool:
    """任经理, 曾任院长: what somebody is made, not whom somebody speaks of (请任经理来)."""
    if chinese.text[start] != "任" or chinese.text[start + 1 : end] not in POSTS:
        return False
    before = chinese.text[max(0, start - 3) : start]
    called = ends_cue(chinese.text, start) or before.endswith(_CALLING)
    speaks = chinese.text[end : end + 1] in _SPEAKS and not before.strip(SENTENCE_STARTS)
    return not (called or speaks)


def _in_row(text: str, start: int, end: int, starts: set[int], ends: set[int]) -> bool:
    """高工、万总和张经理: beside another such name a word is a name, whatever else it may mean."""
    after = _JOINTS.match(text, end)
    if after is not None and after.end() in starts:
        return True
    before = start - 1
    return start > 0 and _JOINTS.match(text, before) is not None and before in ends


def _is_titled(chinese: ChineseText, start: int, end: int, title: str) -> bool:
    whole = chinese.text[start:end]
    if is_word(whole) and not (len(title) == 1 and _is_short_title(chinese, start, end)):
        return False
    if chinese.text[start] in DOING and not _is_tagged(chinese, start):
        # 于老师说 begins a sentence; 任经理 is what somebody is made.
        opened = start == 0 or chinese.text[start - 1] in SENTENCE_STARTS
        return opened and title not in POSTS and chinese.text[start] not in "和与同都全从为别"
    return len(title) > 1 or _is_short_title(chinese, start, end)


def _is_tagged(chinese: ChineseText, start: int) -> bool:
    word = chinese.word_at(start)
    return word is not None and word.tag == "PER" and word.start == start


def _begins(chinese: ChineseText, place: int, title: str) -> bool:
    """A word begins here, or a cue or a department ends, however it was cut into words:
    面试官田阿姨, 心内科顾主任."""
    word = chinese.word_at(place)
    if word is None or word.start == place:
        return True
    if len(title) > 1 and chinese.text[place - 1] in _DEPARTMENTS:
        return True
    return ends_cue(chinese.text, place)


def _is_short_title(chinese: ChineseText, start: int, end: int) -> bool:
    """张总, 李工, 王姐: one word or two, and nothing like 金工 or 高工资."""
    word = chinese.word_at(start)
    whole = chinese.text[start:end]
    if word is None or chinese.text[start] not in COMMON:
        return False
    opened = start == 0 or chinese.text[start - 1] in SENTENCE_STARTS
    called = opened and chinese.text[end : end + 1] in _SHORT_CALLED
    if called or ends_cue(chinese.text, start):
        return not tagger().knows(whole)
    if word.end == end:
        return word.tag in ("PER", "nz", "nw", "n") and not is_word(whole)
    return word.end == start + 1 and word.tag in ("PER", "nz", "n")


def _is_familiar(chinese: ChineseText, start: int, end: int) -> bool:
    """老王, 小李: a word or two of their own, that no dictionary has as something else."""
    text = chinese.text[start:end]
    word = chinese.word_at(start)
    if word is None or word.start != start or text in NOT_FAMILIAR or not chinese.is_edge(end):
        return False
    if word.end == end and word.tag in ("PER", "n", "nz"):
        return True
    following = chinese.text[end : end + 1]
    if (not following or following in _CALLED) and not tagger().knows(text):
        return True
    return word.end == end and _acts(chinese, word)


def _acts(chinese: ChineseText, word: Word) -> bool:
    """Somebody who says or does something, or to whom it is done."""
    index = chinese.index_at(word.start)
    before = chinese.of(chinese.words[index - 1]) if index > 0 else ""
    after = chinese.of(chinese.words[index + 1]) if index + 1 < len(chinese.words) else ""
    return before in PREPOSITIONS or after in VERBS or after[:1] in VERBS
