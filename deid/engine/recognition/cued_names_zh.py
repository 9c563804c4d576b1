"""Chinese names behind words that announce one, in forms, tables, lists: 姓名：高兴, 我叫向阳."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.chinese import HAN, ChineseText
from deid.engine.recognition.name_words_zh import (
    COMPOUND,
    CUES,
    DOING,
    FIELD_WORDS,
    GRAMMAR,
    NOT_NAMES,
    PLACEHOLDERS,
    SENTENCE_STARTS,
    STRONG,
    SURNAMES,
    VERBS,
    WEAK,
    either,
    is_name,
    is_word,
)
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.types import Span

_SIGN = r"[ \"')\]*]{0,3}(?:[:=|\t]|是|为|叫)[ \"'(\[*:]{0,4}"
_CUED = re.compile(
    rf"(?:{either(CUES)})(?P<sign>{_SIGN}|[ (]?)"
    rf"|(?<![A-Za-z])(?:real_|full_|user_|customer_|patient_)?name(?P<named>{_SIGN})"
)
_HAN_RUN = re.compile(rf"{HAN}{{0,8}}")
_SPACED = re.compile(rf"{HAN} {{1,2}}{HAN}(?: {{1,2}}{HAN})?(?!{HAN})")  # 张 三
_LIST = re.compile(r"[、/和与及&]|以及")
# @糖糖不吃糖: whose it is, the one who wrote it knows.
_HANDLE = re.compile(rf"(?<![A-Za-z0-9.])@({HAN}(?:{HAN}|[A-Za-z0-9_-]){{1,19}})")
_CALLED_ME = re.compile(rf"(?<!{HAN})我({HAN}{{2,3}})(?=[啊呀哈])")
# 谷澜曜：在吗, at the beginning of a line; not 单位：
_SPEAKER = re.compile(rf"(?:^|\n)[ \"'*>\[(-]{{0,4}}({HAN}{{2,4}})[\])]?: ?(?!//)")
# Words of these are grammar: 会员和所, 同志今天.
_FUNCTION = frozenset(
    ("c", "p", "u", "d", "r", "v", "f", "xc", "m", "q", "w", "TIME", "t", "vd", "ad")
)
_NOT_NAMING = ("v", "d", "c", "p", "r", "u", "xc", "f", "q")
_NAME_FIELDS = frozenset(
    {"name", "full_name", "fullname", "username", "user_name", "real_name", "customer",
     "customer_name", "patient", "patient_name", "contact", "receiver", "sender"}
)  # fmt: skip


def cued_names(chinese: ChineseText) -> Iterator[Span]:
    """姓名：高兴, 联系人 王国, 我叫向阳: whatever follows, if it can be a name."""
    text = chinese.text
    for match in _CUED.finditer(text):
        found = _cued(chinese, match)
        if found is not None:
            yield found
            if found.level < Recall.HIGH:
                yield from _listed(chinese, found.end)
    for speaker in _SPEAKER.finditer(text):
        if is_name(speaker[1]) and not is_word(speaker[1]) and speaker[1] not in FIELD_WORDS:
            yield Span(speaker.start(1), speaker.end(1), t.PERSON, 0.65, "speaker", Recall.BALANCED)
    for handle in _HANDLE.finditer(text):
        yield Span(handle.start(1), handle.end(1), t.PERSON, 0.5, "handle", Recall.HIGH)
    for called in _CALLED_ME.finditer(text):
        word = chinese.word_at(called.start(1))
        if word is None or word.tag in ("PER", "nz", "nw") or not is_word(called[1]):
            yield Span(called.start(1), called.end(1), t.PERSON, 0.6, "cue")
    if chinese.document.field_kind is None and _is_name_field(chinese.document.field):
        yield from _whole(chinese, 0, len(text))
    yield from _columns(chinese)


def _cued(chinese: ChineseText, match: re.Match[str]) -> Span | None:
    sign = match["sign"] if match["named"] is None else match["named"]
    cue = chinese.text[match.start() : match.end() - len(sign)]
    strong = (cue in STRONG and cue not in WEAK) or match["named"] is not None
    start, signed = match.end(), bool(sign.strip())
    end = _name_at(chinese, start, signed=":" in sign or '"' in sign, strong=strong)
    if end is None:
        return None
    called = signed or _is_called(chinese, start, end, strong=strong)
    doubtful = not signed or cue in WEAK
    if not called or (doubtful and not _is_named(chinese, start, end, strong=strong)):
        return Span(start, end, t.PERSON, 0.5, "cue", Recall.HIGH)
    if signed or strong:
        return Span(start, end, t.PERSON, 0.9, "cue")
    # In prose the network knows better than a word that may announce a name.
    level = Recall.HIGH if chinese.is_prose_at(start) else Recall.BALANCED
    return Span(start, end, t.PERSON, 0.65, "cue", level)


def _is_named(chinese: ChineseText, start: int, end: int, *, strong: bool) -> bool:
    """Whether the words there are no plain grammar: 会员和所, 代表也, 同志：今天."""
    name = chinese.text[start:end]
    if _is_tagged(chinese, start, end):
        return True
    if is_word(name) or (chinese.is_edge(start + 2) and is_word(name[:2])):
        return strong
    words = chinese.words_between(start, end)
    if words and name[0] not in GRAMMAR and words[0].end == start + 1:
        words = words[1:]  # 戴 and 马 are surnames here, whatever they are alone
    return strong or not any(word.tag in _FUNCTION for word in words)


def _is_called(chinese: ChineseText, start: int, end: int, *, strong: bool) -> bool:
    """Without a colon: 患者于半月前 and 姓名和电话 are no names, though 于 and 和 are surnames."""
    name = chinese.text[start:end]
    if name[0] in GRAMMAR and not _is_tagged(chinese, start, end):
        closed = chinese.text[end : end + 1] in SENTENCE_STARTS and len(name) == 3
        if closed and name[0] not in DOING and not is_word(name):
            return True  # 患者成博文，
        return not any(is_word(part) for part in (name, name[1:]))
    if name in NOT_NAMES:
        return strong
    return strong or is_name(name)


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
        if following is None or not is_name(chinese.text[joint.end() : following]):
            return
        yield Span(joint.end(), following, t.PERSON, 0.75, "list")
        end = following


def _name_at(chinese: ChineseText, start: int, *, signed: bool, strong: bool = False) -> int | None:
    """Where a name that begins here ends; None if there is none."""
    text = chinese.text
    spaced = _SPACED.match(text, start) if signed else None
    if spaced is not None and is_name(spaced[0].replace(" ", "")):
        return spaced.end()
    run = _HAN_RUN.match(text, start)
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
            if text[start:alone] not in PLACEHOLDERS and _name_like(text[start:alone], surname)
            else None
        )
    if not surname:
        return None
    for given in (2, 1):
        end = start + surname + given
        if end <= alone and chinese.is_edge(end) and _is_free(chinese, start, end, strong=strong):
            return end
    return None


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
