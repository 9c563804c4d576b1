"""Chinese names that dots or the words around them tell: 约翰·史密斯, 跟覃露吃饭, 、洪国、."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.chinese import HAN, ChineseText
from deid.engine.recognition.lac.tagger import Word
from deid.engine.recognition.name_words_zh import (
    COMMON,
    COMPOUND,
    CUES,
    FIELD_WORDS,
    NOT_NAMES,
    PREPOSITIONS,
    SURNAMES,
    TITLES,
    VERBS,
    is_name,
    is_word,
)
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.types import Span

_DOTTED = re.compile(rf"{HAN}{{1,12}}(?:·{HAN}{{1,12}}){{1,4}}")
_TRANSLITERATED = frozenset(
    "阿布都热西提买艾孜力古丽努尔合木江哈里克吐尔逊玛依帕夏提斯坦伊明娜扎迪巴拉格日勒其和图雅乌云毕勒扎西次仁卓多吉德央金普布桑白丹增旺久"
    "约翰史密亚历山大伊丽莎萨玛丽安德烈彼得罗夫娃克里奥纳杰弗森威廉汉密顿托马凯瑟琳戴维贝尔特朗洛蒂姆本迈查詹米菲利诺曼达尼科伯莱恩沃兰"
    "麦埃瑞佩塞缇茜娅琪柯妮莫佐瓦基连甫帝买麦赫默罕穆罕艾肯别热孜万卡佳西提法蒂则依木胡加肉孜苏来曼库萨塔洪谢尔扎提亥尼沙吾"
)
_UNKNOWN_TAGS = ("nz", "nw", "n", "LOC", "ORG", "a", "v", "vn")
# Cells of a row: whole ones alone, so that the marks stand on both sides or the text ends.
_CELL = re.compile(rf"(?<!{HAN}){HAN}{{2,4}}(?!{HAN})")
_ROW = re.compile(
    rf"(?<!{HAN}){HAN}{{2,4}}(?: ?[、/;+] ?{HAN}{{2,4}}){{1,200}}(?![A-Za-z0-9\u3400-\u9fff])"
)
_JOINING = ("c", "p", "u", "d", "r", "v", "w")
_LIST_SIGNS = frozenset("、【】'\"|()（）;；")


def dotted_names(chinese: ChineseText) -> Iterator[Span]:
    """阿布都热西提·买买提, 约翰·史密斯: cut where the words around the dots begin and end."""
    for match in _DOTTED.finditer(chinese.text):
        first_dot = chinese.text.index("·", match.start())
        last_dot = chinese.text.rindex("·", match.start(), match.end())
        start = _left_edge(chinese, match.start(), first_dot)
        end = _right_edge(chinese, last_dot + 1, match.end())
        if (
            start < first_dot
            and end > last_dot + 1
            and "《" not in chinese.text[max(0, start - 1) : start]
        ):
            yield Span(start, end, t.PERSON, 0.9, "dot")


def _left_edge(chinese: ChineseText, lowest: int, dot: int) -> int:
    place = dot
    while place > lowest:
        word = chinese.word_at(place - 1)
        if word is None:
            return place
        if word.tag in _JOINING and word.end <= dot and place != dot:
            return place
        begin = max(word.start, lowest)
        named = word.tag in ("PER", "nz", "nw") or word.end > dot
        sounds = all(one in _TRANSLITERATED for one in chinese.text[begin : min(word.end, dot)])
        if not (named or sounds) and place != dot:
            return place
        place = begin
    return place


def _right_edge(chinese: ChineseText, dot_end: int, highest: int) -> int:
    place = dot_end
    while place < highest:
        word = chinese.word_at(place)
        if word is None:
            return place
        end = min(word.end, highest)
        sounds = all(one in _TRANSLITERATED for one in chinese.text[max(word.start, dot_end) : end])
        if place != dot_end and (not sounds or word.tag in _JOINING):
            return place
        place = end
    return place


def loose_names(chinese: ChineseText) -> Iterator[Span]:
    """A surname and one or two characters that make no word, where persons stand in sentences;
    for the gate also where they stand anywhere, and words that are names where persons stand."""
    words = chinese.words
    for index, word in enumerate(words):
        surname = chinese.of(word)
        if surname[0] in SURNAMES and 2 <= len(surname) <= 3 and word.tag in _UNKNOWN_TAGS:
            yield from _unknown(chinese, index, word)
        if surname not in COMMON and surname not in COMPOUND:
            continue
        end = _given_end(chinese, index)
        if end is None or is_word(chinese.text[word.start : end]):
            continue
        before = chinese.of(words[index - 1]) if index else ""
        after = chinese.word_at(end)
        following = chinese.of(after) if after else ""
        listed = before[-1:] in _LIST_SIGNS and following[:1] in _LIST_SIGNS
        stands = before in PREPOSITIONS or following in VERBS or listed
        announced = following in TITLES or following in CUES  # 请管床医生来
        level = _level(chinese, word.start) if stands and not announced else Recall.HIGH
        yield Span(word.start, end, t.PERSON, 0.55, "neighbours", level)


def rows_of_names(chinese: ChineseText) -> Iterator[Span]:
    """值班：洪国、江山、向阳: what stands in a row with a person that the network found is one."""
    for row in _ROW.finditer(chinese.text):
        cells = list(_CELL.finditer(chinese.text, row.start(), row.end()))
        if not any(_is_person(chinese, cell.start(), cell.end()) for cell in cells):
            continue
        prose = chinese.is_prose_at(row.start())
        for cell in cells:
            known = cell[0] in FIELD_WORDS or cell[0][1:] in TITLES or (prose and is_word(cell[0]))
            if is_name(cell[0]) and not known:
                yield Span(cell.start(), cell.end(), t.PERSON, 0.65, "list", Recall.BALANCED)


def _is_person(chinese: ChineseText, start: int, end: int) -> bool:
    word = chinese.word_at(start)
    return word is not None and (word.start, word.end, word.tag) == (start, end, "PER")


def _unknown(chinese: ChineseText, index: int, word: Word) -> Iterator[Span]:
    """A word of two or three characters that no dictionary has, with a common surname in front,
    where a person stands: 洪国称, 跟覃露吃饭."""
    text = chinese.of(word)
    if text[1:] in TITLES or text in NOT_NAMES or text[-1] in "们里的了着过":
        return
    stands = _stands(chinese, index)
    known = is_word(text)
    if known and not stands:
        return
    sure = stands and not known and text[0] in COMMON
    level = _level(chinese, word.start) if sure else Recall.HIGH
    yield Span(word.start, word.end, t.PERSON, 0.6, "unknown", level)


def _stands(chinese: ChineseText, index: int) -> bool:
    """Whether a person stands there: 跟覃露吃饭, or as names do in lists and forms, 【洪国】."""
    before = chinese.of(chinese.words[index - 1]) if index else ""
    after = chinese.of(chinese.words[index + 1]) if index + 1 < len(chinese.words) else ""
    if before in PREPOSITIONS or after in VERBS or before in CUES:
        return True
    return before[-1:] in _LIST_SIGNS and after[:1] in _LIST_SIGNS


def _level(chinese: ChineseText, place: int) -> Recall:
    """In prose the network knows better than these rules do."""
    return Recall.HIGH if chinese.is_prose_at(place) else Recall.BALANCED


def _given_end(chinese: ChineseText, index: int) -> int | None:
    """The end of one or two words of one character behind a surname, or one word of two."""
    words = chinese.words
    end = words[index].end
    taken = 0
    for word in words[index + 1 : index + 3]:
        size = word.end - word.start
        text = chinese.of(word)
        if word.start != end or not re.fullmatch(HAN + "{1,2}", text) or taken + size > 2:
            break
        if size == 2 and (taken or word.tag not in ("PER", "nz", "nw")):
            break
        if (
            text in VERBS
            or text in TITLES
            or text in PREPOSITIONS
            or word.tag in ("u", "xc", "w", "m", "q", "d", "p", "r", "c")
        ):
            break
        taken += size
        end = word.end
    return end if taken else None
