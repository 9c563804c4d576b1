"""Chinese addresses: regions, streets, numbers and doors in a row."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.chinese import ChineseText
from deid.engine.recognition.types import Span

# No name of a street has these in it: they end the search for its beginning.
_NAME = r"(?:(?![的是在了和与到我你他她于从去来给请把被就都也及或您这那有没不很吗呢吧送住寄往搬])[\u3400-\u9fffA-Za-z])"
_STREET = (
    r"(?:大道|大街|胡同|公路|国道|省道|环路|路|街道|街|巷|弄|里弄|村|镇|乡|屯|庄|社区|小区|新村|花园|家园|花苑|苑|公寓|大厦|大楼|"
    r"广场|中心|山庄|别墅|华庭|雅苑|名苑|嘉园|园区|开发区|工业园|产业园|科技园|软件园|商城|城|府|园|庭|居|湾|坊|里|寨|桥|宿舍|家属院|"
    r"校区|写字楼|國際|国际|世纪城|天地|门|港|寓|楼|館|馆|营|堡|埠|台|岛|口)"
)
_DIGITS = r"[0-9A-Za-z零〇一二三四五六七八九十百千甲乙丙丁东西南北-]"
_UNIT = (
    r"(?:号院|号楼|号门|号铺|号|號樓|號|弄|幢|栋|棟|座|单元|單元|层|樓|楼|室|房|铺|组|社|队|户|期|区|巷|街坊|门|排|院|工位|车间|"
    r"段|#)"
)
_NUMBER = rf"{_DIGITS}{{1,8}} ?{_UNIT}"
_PIECE = re.compile(
    rf"[ ,，]?(?:{_NUMBER}|{_NAME}{{1,8}}?{_STREET}(?:[东南西北中]段|[东西南北]路)?|(?:[东西南北中]{{1,2}}区)"
    rf"|\([^()\n]{{1,20}}\)|[0-9]{{1,4}}(?:-[0-9]{{1,4}}){{1,3}}(?:室|号)?|[0-9]{{3,4}}(?![0-9])室?"
    rf"|{_NAME}{{2,6}}?(?={_DIGITS}{{1,4}}(?:号楼|幢|栋|棟|座|单元|楼|室|期)|[0-9]{{1,3}}-[0-9]{{1,2}}-[0-9]{{2,4}})"
    rf"|[与和/]{_NAME}{{1,8}}?(?:大道|路|街|道|巷)(?:交叉口|交汇处|交界处|路口))"
)
_DOOR = re.compile(
    rf"(?:路|街|道|巷|弄|胡同|村|镇|乡|小区|花园|苑|公寓|大厦|家园|园|城|庄|广场|社区|里|屯|府|居|湾).{{0,20}}?{_NUMBER}|{_NUMBER}"
)
_STREET_NAMED = re.compile(
    r"(?:大道|大街|路|街|巷|弄|胡同|村|小区|花园|苑|公寓|大厦|家园|镇|乡|街道|新村|社区|园区|山庄)$"
)
_ANCHOR = re.compile(
    rf"(?:大道|大街|胡同|路|街|巷|弄|村|小区|花园|苑|公寓|大厦|家园|新村|社区|庄|广场|城|园|府|湾|里|庭|居)(?:[东南西北中]段|[东南西北中]路)?[ ,]?{_NUMBER}"
)
_REGION = re.compile(
    r"[\u3400-\u9fff]{1,7}?(?:特别行政区|自治区|自治州|自治县|省|市|区|县|旗|盟|州|地区|镇|乡|街道|村)"
)
_PROVINCES = re.compile(
    r"(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|"
    r"青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|臺灣|廣東|廣西|重慶|遼寧|貴州|雲南|陝西|甘肅|寧夏|內蒙古|澳門)(?:省|市|自治区|壮族自治区|回族自治区|维吾尔自治区|特别行政区)?"
)
_CUE_JOIN = re.compile(
    r"[ \"')\]*]{0,3}(?:[:=]|是|为|在|于)?[ \"'(\[*:]{0,4}"
    r"(?:(?:帮我|请|麻烦)?(?:改|换|更改|变更|修改|更新|填|写)(?:成|为|到|的?是)|是|在)?[ :]?"
)
_CUE_END = re.compile(
    r"[，。；;\n!！?？|\"{}<>\t]|电话|联系|手机|收件|收货|姓名|邮编|邮政|身份证|,(?![^,]{0,12}[0-9]{1,5}(?:号|室|栋|幢))"
)
_MAX = 80
_NO_PART = frozenset(
    ("我", "你", "他", "家", "住", "在", "到", "地址", "住址", "地点", "还是", "位于")
)
_SPEAKING = ("v", "d", "r", "u", "c", "p", "xc", "w", "a", "ad", "f")
_ROOM = re.compile(r"[0-9A-Za-z-]{1,8}室?|地下|地库")
_SAID = re.compile(r"[吧吗呢了的给放就查无请您我他她租用对]|这里|那里|门前|附近|联系")
_PLACE_END = re.compile(r"[店门口旁侧铺厅馆楼室座栋幢号部组站院处台心场厦城园区村寓苑]$")
_LEFT_TAGS = ("LOC", "n", "nz", "ns", "nw", "PER", "a", "f", "s", "m", "ORG", "nt", "j", "vn", "t")


def chinese_addresses(chinese: ChineseText) -> Iterator[Span]:
    """Addresses down to a street or a door; a city or province alone is none."""
    yield from _from_places(chinese)
    yield from _from_doors(chinese)
    yield from _from_cues(chinese)


def _from_places(chinese: ChineseText) -> Iterator[Span]:
    """From what the network calls a place, as far as pieces of addresses follow."""
    seen = 0
    for word in chinese.words:
        if word.tag != "LOC" or word.start < seen:
            continue
        end, levels = _run_end(chinese, word.end)
        levels += 1
        after = _follow(chinese.text, end)
        seen = after
        whole = chinese.text[word.start : after]
        if _is_address(whole, chinese.text[end:after], levels):
            yield Span(_left_region(chinese, word.start), after, t.ADDRESS, 0.85, "network")


def _run_end(chinese: ChineseText, end: int) -> tuple[int, int]:
    """The end of places in a row, with at most a blank between them, and how many they are."""
    count = 0
    while True:
        gap = (
            1 if chinese.text[end : end + 1] in (" ", ",", "，") and end < len(chinese.text) else 0
        )
        word = chinese.word_at(end + gap)
        if word is None or word.tag != "LOC" or word.start != end + gap:
            return end, count
        end = word.end
        count += 1


def _follow(text: str, place: int) -> int:
    """As far as pieces (a street, a number with its unit, a door) follow each other."""
    limit = place + _MAX
    while place < limit:
        match = _PIECE.match(text, place)
        if match is None or match.end() == place:
            return place
        if text[place] in ",，" and not re.search("[0-9]", text[place : match.end() + 6]):
            return place  # ，独居 and ，放前台 are no parts of it
        place = match.end()
    return place


def _is_address(whole: str, followed: str, levels: int) -> bool:
    if len(whole) < 4:
        return False
    if re.search(_NUMBER, whole) and (levels > 1 or _STREETS.search(whole)):
        return True
    return levels >= 2 and _STREETS.search(whole) is not None and len(whole) >= 6


_STREETS = re.compile(
    r"大道|大街|路|街|巷|弄|胡同|村|小区|花园|苑|公寓|大厦|家园|镇|乡|新村|社区|园|城|庄|广场|里|府|居|湾|号|中心|楼"
)


def _left_region(chinese: ChineseText, start: int) -> int:
    """A province or region in front that the network did not call a place."""
    before = chinese.text[max(0, start - 12) : start]
    match = None
    for found in _REGION.finditer(before):
        match = found
    if match and match.end() == len(before):
        begin = start - len(match[0])
        if chinese.is_edge(begin) and _PROVINCES.match(match[0]):
            return begin
    return start


def _from_doors(chinese: ChineseText) -> Iterator[Span]:
    """From a street with a number, back to where its name begins."""
    for match in _ANCHOR.finditer(chinese.text):
        start = _name_start(chinese, match.start())
        if start is None:
            continue
        end = _follow(chinese.text, match.end())
        yield Span(start, end, t.ADDRESS, 0.75, "street")


def _name_start(chinese: ChineseText, suffix: int) -> int | None:
    """Back over the words that can be of a street's name and the regions before it."""
    index = chinese.index_at(suffix)
    if index < 0:
        return None
    place: int | None = None
    while index >= 0 and suffix - chinese.words[index].start <= 24:
        word = chinese.words[index]
        if word.end <= suffix and (word.tag not in _LEFT_TAGS or (place or suffix) != word.end):
            break
        if word.end <= suffix and chinese.of(word) in _NO_PART:
            break
        if word.tag not in ("LOC",) and place is not None and suffix - word.start > 8:
            break
        place = word.start
        index -= 1
    return place if place is not None and place < suffix else None


def _from_cues(chinese: ChineseText) -> Iterator[Span]:
    """What stands behind 地址, up to the end of the clause, if it reads like an address."""
    text = chinese.text
    starts = []
    for _start, end in chinese.document.cues.of(t.ADDRESS):
        joined = _CUE_JOIN.match(text, end)
        starts.append(joined.end() if joined else end)
    if chinese.document.field_kind == t.ADDRESS:
        starts.append(0)
    for cued in starts:
        start = _first_name(chinese, cued)
        stop = _CUE_END.search(text, start, start + _MAX)
        end = stop.start() if stop else min(len(text), start + _MAX)
        value = text[start:end].rstrip(" ,.)]'")
        end = start + len(value)
        followed = _follow(text, start)
        if followed > start + 3 and (_is_address(text[start:followed], "", 2)):
            yield Span(start, _whole_end(text, followed, end), t.ADDRESS, 0.9, "cue")
        elif len(value) >= 5 and re.search(_NUMBER, value) and _STREETS.search(value):
            yield Span(start, _last_door(text, start, end), t.ADDRESS, 0.85, "cue")


def _first_name(chinese: ChineseText, start: int) -> int:
    """Where the address begins behind its cue: after 还是, 错了 不是, 帮您改好了："""
    place = start
    for word in chinese.words_between(start, start + 20):
        if word.start < place:
            continue
        if word.start > place or (word.tag not in _SPEAKING and chinese.of(word) not in _NO_PART):
            break
        place = word.end
    return place if place < start + 20 else start


def _whole_end(text: str, followed: int, end: int) -> int:
    """To the last door in the clause, or to a place that ends it: 2楼退货组."""
    rest = text[followed:end]
    if re.search(r"[0-9]{5}|[ ,]", rest) or _SAID.search(
        rest
    ):  # a name or a phone stands there too
        return followed
    if len(rest) <= 30 and re.search(_NUMBER, rest):
        return _last_door(text, followed, end)
    return end if len(rest) < 8 and _PLACE_END.search(rest) else followed


def _last_door(text: str, start: int, end: int) -> int:
    """The end of the last number with its unit there, and of a room's number behind it."""
    doors = list(re.finditer(_NUMBER, text[start:end]))
    last = start + doors[-1].end()
    room = _ROOM.match(text, last, end)
    return room.end() if room else last


def chinese_places(chinese: ChineseText) -> Iterator[Span]:
    """Towns, provinces, countries, alone or in a row."""
    seen = 0
    for word in chinese.words:
        if word.tag == "LOC" and word.start >= seen and word.end - word.start > 1:
            seen, _levels = _run_end(chinese, word.end)
            yield Span(word.start, seen, t.LOCATION, 0.6, "network")
