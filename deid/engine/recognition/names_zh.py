"""Chinese names: what the network finds, and what titles, cues and neighbours say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.chinese import HAN, ChineseText
from deid.engine.recognition.lac.tagger import Word, tagger
from deid.engine.recognition.lexicon import blocks
from deid.engine.recognition.types import Span

_LISTS = {kind: frozenset(words) for kind, words in blocks("names_zh.txt").items()}
COMMON = _LISTS["COMMON_SURNAMES"]
SURNAMES = _LISTS["SURNAMES"] | COMMON
COMPOUND, TITLES = _LISTS["COMPOUND_SURNAMES"], _LISTS["TITLES"]
NOT_NAMES, CUES, STRONG = _LISTS["NOT_NAMES"], _LISTS["NAME_CUES"], _LISTS["STRONG_NAME_CUES"]
GRAMMAR = _LISTS["GRAMMAR"]
VERBS, PREPOSITIONS = _LISTS["PERSON_VERBS"], _LISTS["PERSON_PREPOSITIONS"]


# What stands next to 姓名 in a form's head: the names of other fields.
FIELD_WORDS = frozenset(word for words in blocks("cues.txt").values() for word in words) | CUES


def _either(words: frozenset[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_TITLED = re.compile(
    rf"(?:{_either(COMPOUND)}|[{''.join(one for one in SURNAMES if len(one) == 1)}])(?={_either(TITLES)})"
)
_TITLE = re.compile(_either(TITLES))
_FAMILIAR = re.compile(rf"[老小阿大][{''.join(one for one in COMMON if len(one) == 1)}](?!{HAN}·)")
_NOT_FAMILIAR = _LISTS["NOT_FAMILIAR"]
_DOTTED = re.compile(rf"{HAN}{{1,12}}(?:·{HAN}{{1,12}}){{1,4}}")
_TRANSLITERATED = frozenset(
    "阿布都热西提买艾孜力古丽努尔合木江哈里克吐尔逊玛依帕夏提斯坦伊明娜扎迪巴拉格日勒其和图雅乌云毕勒扎西次仁卓多吉德央金普布桑白丹增旺久"
    "约翰史密亚历山大伊丽莎萨玛丽安德烈彼得罗夫娃克里奥纳杰弗森威廉汉密顿托马凯瑟琳戴维贝尔特朗洛蒂姆本迈查詹米菲利诺曼达尼科伯莱恩沃兰"
    "麦埃瑞佩塞缇茜娅琪柯妮莫佐瓦基连甫帝买麦赫默罕穆罕艾肯别热孜万卡佳西提法蒂则依木胡加肉孜苏来曼库萨塔洪谢尔扎提亥尼沙吾"
)
_SIGN = r"[ \"')\]*]{0,3}(?:[:=|\t]|是|为|叫)[ \"'(\[*:]{0,4}"
_CUED = re.compile(
    rf"(?:{_either(CUES)})(?P<sign>{_SIGN}|[ (]?)"
    rf"|(?<![A-Za-z])(?:real_|full_|user_|customer_|patient_)?name(?P<named>{_SIGN})"
)
_BEFORE = re.compile(rf"(?:{_either(CUES)})$")
_LIST = re.compile(r"[、/和与及&]|以及")
_HAN_RUN = re.compile(rf"{HAN}+")
_CUE_AT = re.compile(_either(CUES))
SENTENCE_STARTS = "，。！？；：、,.!?;:\n \t\"'()[]{}|/<>-=*#"


_CALLED_ME = re.compile(rf"(?<!{HAN})我({HAN}{{2,3}})(?=[啊呀哈])")


def chinese_names(chinese: ChineseText) -> Iterator[Span]:
    """Spans of persons; they may overlap, the surer and the longer are chosen later."""
    if not chinese.words:
        return
    yield from _tagged(chinese)
    yield from _titled(chinese)
    yield from _cued(chinese)
    if "·" in chinese.text:
        yield from _dotted(chinese)
    yield from _loose(chinese)
    for match in _CALLED_ME.finditer(chinese.text):
        word = chinese.word_at(match.start(1))
        if word is None or word.tag in ("PER", "nz", "nw") or not tagger().knows(match[1]):
            yield Span(match.start(1), match.end(1), t.PERSON, 0.6, "cue")


# What the network says -----------------------------------------------------------------------


def _tagged(chinese: ChineseText) -> Iterator[Span]:
    for index, word in enumerate(chinese.words):
        if word.tag == "PER":
            yield from _tagged_word(chinese, index, word)


def _tagged_word(chinese: ChineseText, index: int, word: Word) -> Iterator[Span]:
    run = _HAN_RUN.match(chinese.text, word.start, word.end)
    if run is None or "·" in chinese.of(word):
        return  # not Chinese, or _dotted's
    start, end = word.start, run.end()
    cue = _CUE_AT.match(chinese.text, start, end)
    if cue is not None and end - cue.end() >= 2:
        start = cue.end()  # 护工田大姐 as one word
    name = chinese.text[start:end]
    if name in NOT_NAMES or name in _NOT_FAMILIAR:
        return
    for size in (4, 3, 2):
        # 张三经理 as one word: the name is the part before the title.
        if name[-size:] in TITLES and len(name) - size >= 2:
            yield Span(start, end - size, t.PERSON, 0.85, "network")
            return
    if len(name) == 1:
        yield from _grown(chinese, index, word)
    elif name[-1] == "某" or _is_name(name):
        yield Span(start, end, t.PERSON, 0.85, "network")
    elif len(name) <= 8:
        yield Span(start, end, t.PERSON, 0.6, "network")


def _is_name(name: str) -> bool:
    size = 2 if name[:2] in COMPOUND else 1
    return (name[:size] in SURNAMES or name[:2] in COMPOUND) and size < len(name) <= size + 2


_GIVEN_TAGS = ("PER", "n", "a", "nz", "vn", "ad", "an", "ORG", "LOC", "nw")


def _grown(chinese: ChineseText, index: int, word: Word) -> Iterator[Span]:
    """A surname alone that the network calls a person: with the short word behind it."""
    if chinese.of(word) not in SURNAMES or index + 1 >= len(chinese.words):
        return
    following = chinese.words[index + 1]
    given = chinese.of(following)
    fits = following.start == word.end and re.fullmatch(rf"{HAN}{{1,2}}", given) is not None
    if fits and given not in TITLES and following.tag in _GIVEN_TAGS:
        yield Span(word.start, following.end, t.PERSON, 0.7, "network")


# Titles ---------------------------------------------------------------------------------------


def _titled(chinese: ChineseText) -> Iterator[Span]:
    """张经理 and 老王 as a whole; of 张三经理 the name only."""
    text = chinese.text
    for match in _TITLED.finditer(text):
        title = _TITLE.match(text, match.end())
        if title is None or not _begins(chinese, match.start()):
            continue
        end = title.end()
        whole = text[match.start() : end]
        if whole in NOT_NAMES or not (chinese.is_edge(end) or text[end] in VERBS):
            continue
        if len(title[0]) == 1 and not _is_short_title(chinese, match.start(), end):
            continue
        yield Span(match.start(), end, t.PERSON, 0.85, "title")
    for match in _FAMILIAR.finditer(text):
        if _is_familiar(chinese, match.start(), match.end()):
            yield Span(match.start(), match.end(), t.PERSON, 0.8, "title")


def _is_familiar(chinese: ChineseText, start: int, end: int) -> bool:
    """老王, 小李: a word or two of their own, that no dictionary has as something else."""
    text = chinese.text[start:end]
    word = chinese.word_at(start)
    if word is None or word.start != start or text in _NOT_FAMILIAR or not chinese.is_edge(end):
        return False
    if word.end == end and word.tag in ("PER", "n", "nz"):
        return True
    following = chinese.text[end : end + 1]
    called = following in (
        "",
        ":",
        ",",
        "，",
        "：",
        "、",
        ";",
        "；",
        "。",
        "(",
        "\n",
    ) and not tagger().knows(text)
    return called or (word.end == end and _acts(chinese, word))


def _begins(chinese: ChineseText, place: int) -> bool:
    """A word begins here, or a cue ends: 面试官田阿姨, however it was cut into words."""
    if place == 0 or place in chinese.starts or chinese.word_at(place) is None:
        return True
    return _BEFORE.search(chinese.text, max(0, place - 6), place) is not None


def _is_short_title(chinese: ChineseText, start: int, end: int) -> bool:
    """张总, 李工, 王姐: one word or two, and nothing like 金工 or 高工资."""
    word = chinese.word_at(start)
    whole = chinese.text[start:end]
    if word is None or chinese.text[start] not in COMMON:
        return False
    opened = start == 0 or chinese.text[start - 1] in SENTENCE_STARTS
    if _BEFORE.search(chinese.text, max(0, start - 6), start) or (
        opened
        and chinese.text[end : end + 1]
        in (":", "，", ",", "、", "带", "说", "让", "那", "在", "给")
    ):
        return not tagger().knows(whole)
    if word.end == end:
        return word.tag in ("PER", "nz", "nw", "n") and whole not in NOT_NAMES
    return word.end == start + 1 and word.tag in ("PER", "nz", "n")


def _acts(chinese: ChineseText, word: Word) -> bool:
    """Somebody who says or does something, or to whom it is done."""
    index = chinese.index_at(word.start)
    before = chinese.of(chinese.words[index - 1]) if index > 0 else ""
    after = chinese.of(chinese.words[index + 1]) if index + 1 < len(chinese.words) else ""
    return before in PREPOSITIONS or after in VERBS or after[:1] in VERBS


# Cues -----------------------------------------------------------------------------------------


def _cued(chinese: ChineseText) -> Iterator[Span]:
    """姓名：高兴, 联系人 王国, 我叫向阳: whatever follows, if it can be a name."""
    text = chinese.text
    for match in _CUED.finditer(text):
        sign = match["sign"] if match["named"] is None else match["named"]
        cue = text[match.start() : match.end() - len(sign)]
        strong = cue in STRONG or match["named"] is not None
        name = _name_at(chinese, match.end(), signed=":" in sign or '"' in sign, strong=strong)
        if name is None:
            continue
        if not sign.strip() and not _is_called(chinese, match.end(), name, strong=strong):
            continue
        score = 0.9 if sign.strip() or strong else 0.65
        yield Span(match.end(), name, t.PERSON, score, "cue")
        yield from _listed(chinese, name)
    if chinese.document.field_kind is None and _is_name_field(chinese.document.field):
        yield from _whole(chinese, 0, len(text))
    yield from _columns(chinese)


def _is_called(chinese: ChineseText, start: int, end: int, *, strong: bool) -> bool:
    """Without a colon: 患者于半月前 and 姓名和电话 are no names, though 于 and 和 are surnames."""
    name = chinese.text[start:end]
    if name in NOT_NAMES:
        return strong
    if name[0] in GRAMMAR and not _is_tagged(chinese, start, end):
        return not any(tagger().knows(part) for part in (name, name[1:]))
    return strong or _is_name(name)


def _is_tagged(chinese: ChineseText, start: int, end: int) -> bool:
    word = chinese.word_at(start)
    return word is not None and word.tag == "PER" and word.end == end


def _whole(chinese: ChineseText, start: int, end: int) -> Iterator[Span]:
    """A cell or field that is called a name, if nothing but a name can be in it."""
    value = chinese.text[start:end]
    stripped = value.strip(" \"'*")
    if re.fullmatch(rf"{HAN}{{2,4}}|{HAN}{{1,12}}(?:·{HAN}{{1,12}}){{1,3}}", stripped):
        begin = start + value.index(stripped)
        yield Span(begin, begin + len(stripped), t.PERSON, 0.9, "field")


def _columns(chinese: ChineseText) -> Iterator[Span]:
    """Tables in text: what stands below 姓名 in a first line divided by commas, tabs or bars."""
    head, _newline, _rest = chinese.text.partition("\n")
    for mark in "|\t,":
        names = [cell.strip(" \"'*") for cell in head.split(mark)]
        columns = [number for number, name in enumerate(names) if name in CUES]
        if len(names) < 2 or not columns:
            continue
        start = len(head) + 1
        for line in chinese.text[start:].split("\n"):
            cells = line.split(mark)
            for column in columns if len(cells) == len(names) else []:
                begin = start + sum(len(cell) + 1 for cell in cells[:column])
                yield from _whole(chinese, begin, begin + len(cells[column]))
            start += len(line) + 1


_NAME_FIELDS = frozenset(
    {"name", "full_name", "fullname", "username", "user_name", "real_name", "customer",
     "customer_name", "patient", "patient_name", "contact", "receiver", "sender"}
)  # fmt: skip


def _is_name_field(field: str) -> bool:
    last = field.rpartition(".")[2].lower()
    return last in CUES or last in _NAME_FIELDS


def _listed(chinese: ChineseText, end: int) -> Iterator[Span]:
    """姓名：张三、李四和王五: what is listed with a name is one."""
    for _ in range(20):
        joint = _LIST.match(chinese.text, end)
        if joint is None:
            return
        following = _name_at(chinese, joint.end(), signed=False)
        if following is None or not _is_name(chinese.text[joint.end() : following]):
            return
        yield Span(joint.end(), following, t.PERSON, 0.75, "list")
        end = following


def _name_at(chinese: ChineseText, start: int, *, signed: bool, strong: bool = False) -> int | None:
    """Where a name that begins here ends; None if there is none."""
    text = chinese.text
    run = re.compile(rf"{HAN}{{0,8}}").match(text, start)
    size = len(run[0]) if run else 0
    if size == 0:
        return None
    if text[start + size : start + size + 1] == "·":
        return None  # _dotted takes it
    if text[start : start + size] in FIELD_WORDS:
        return None
    word = chinese.word_at(start)
    if (
        word is not None
        and word.start == start
        and word.tag == "PER"
        and 2 <= word.end - start <= 6
    ):
        return min(word.end, start + size)
    alone = start + size
    surname = 2 if text[start : start + 2] in COMPOUND else 1 if text[start] in SURNAMES else 0
    if 2 <= size <= 4 and signed and (surname or size in (2, 3)):
        return (
            alone
            if text[start:alone] not in _NO_NAMES_AFTER_CUES
            and _name_like(text[start:alone], surname)
            else None
        )
    if not surname:
        return None
    for given in (2, 1):
        end = start + surname + given
        if end <= alone and chinese.is_edge(end) and _is_free(chinese, start, end, strong=strong):
            return end
    return None


_NO_NAMES_AFTER_CUES = _LISTS["PLACEHOLDERS"]


def _name_like(text: str, surname: int) -> bool:
    return (surname > 0 and len(text) <= surname + 2) or (
        len(text) <= 3 and text[0] not in "的是在不我你他她请无未已"
    )


def _is_free(chinese: ChineseText, start: int, end: int, *, strong: bool) -> bool:
    """The words from start to end are no common phrase: one word that lists know is one."""
    whole = chinese.text[start:end]
    following = chinese.text[end : end + 2]
    if whole in NOT_NAMES:
        ends = not following or following[0] in SENTENCE_STARTS
        return ends or (strong and (following in VERBS or following[0] in VERBS))
    word = chinese.word_at(start)
    common = word is not None and word.tag in _NOT_NAMING and word.end - start > 1
    if word is None or (common and not strong):
        return False
    return strong or word.start == start or chinese.text[word.start : start] in CUES


_NOT_NAMING = ("v", "d", "c", "p", "r", "u", "xc", "f", "q")

# Dots and neighbours --------------------------------------------------------------------------


def _dotted(chinese: ChineseText) -> Iterator[Span]:
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
        if place != dot_end and not sounds:
            return place
        place = end
    return place


def _loose(chinese: ChineseText) -> Iterator[Span]:
    """A surname and one or two characters that make no word, where persons stand in sentences."""
    words = chinese.words
    for index, word in enumerate(words):
        surname = chinese.of(word)
        if _is_unknown(chinese, index):
            yield Span(word.start, word.end, t.PERSON, 0.6, "unknown")
        if surname not in COMMON and surname not in COMPOUND:
            continue
        end = _given_end(chinese, index)
        if end is None or chinese.text[word.start : end] in NOT_NAMES:
            continue
        before = chinese.of(words[index - 1]) if index else ""
        after = chinese.word_at(end)
        following = chinese.of(after) if after else ""
        listed = before[-1:] in _LIST_SIGNS and following[:1] in _LIST_SIGNS
        if before in PREPOSITIONS or following in VERBS or listed:
            yield Span(word.start, end, t.PERSON, 0.55, "neighbours")


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


_UNKNOWN_TAGS = ("nz", "nw", "n", "LOC", "ORG", "a", "v", "vn")


def _is_unknown(chinese: ChineseText, index: int) -> bool:
    """A word of two or three characters that no dictionary has, with a common surname in front,
    where a person stands: 洪国称, 跟覃露吃饭."""
    word = chinese.words[index]
    text = chinese.of(word)
    if not (2 <= len(text) <= 3) or text[0] not in COMMON or word.tag not in _UNKNOWN_TAGS:
        return False
    if text in NOT_NAMES or text[1:] in TITLES or tagger().knows(text):
        return False
    before = chinese.of(chinese.words[index - 1]) if index else ""
    after = chinese.of(chinese.words[index + 1]) if index + 1 < len(chinese.words) else ""
    if before in PREPOSITIONS or after in VERBS or before in CUES:
        return True
    # Between signs, as names stand in lists and forms: 、洪国、 and 【洪国】 and '洪国'.
    return before[-1:] in _LIST_SIGNS and after[:1] in _LIST_SIGNS


_LIST_SIGNS = frozenset("、【】'\"|()（）;；")
