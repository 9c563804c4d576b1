"""Stand-ins for names, addresses and organisations, in the language of the original."""

from __future__ import annotations

import re
from functools import lru_cache

from deid.engine.recognition.folding import has_cjk
from deid.engine.recognition.lexicon import blocks
from deid.engine.recognition.name_words_zh import COMPOUND, SURNAMES, TITLES
from deid.engine.replacement.stream import Stream


@lru_cache(maxsize=1)
def _lists() -> dict[str, list[str]]:
    return blocks("surrogates.txt")


def person(original: str, stream: Stream) -> str:
    """A name as long as the original's; titles stay (张经理: 陈经理), so does 老 in 老王."""
    if not has_cjk(original):
        return _western(original, stream)
    if "·" in original or "•" in original:
        joint = "·" if "·" in original else "•"
        return joint.join(_other(stream, "FOREIGN", original) for _ in original.split(joint))
    if re.fullmatch(r"[老小阿大].", original):
        return original[0] + _other(stream, "SURNAMES", original)
    surname = 2 if original[:2] in COMPOUND else 1
    rest = original[surname:]
    if rest in TITLES and original[:surname] in SURNAMES | COMPOUND:
        return _other(stream, "SURNAMES", original) + rest
    size = max(1, min(len(rest), 2))
    return _other(stream, "SURNAMES", original) + _given(stream, size, original)


def _given(stream: Stream, size: int, original: str) -> str:
    return "".join(_other(stream, "GIVEN", original) for _ in range(size))


def _other(stream: Stream, kind: str, original: str) -> str:
    """One of a list that does not stand in the original: not even a part of a name stays."""
    names, present = _lists()[kind], original.casefold()
    for _try in range(8):
        name = stream.pick(names)
        if name.casefold() not in present:
            return name
    return next((one for one in names if one.casefold() not in present), names[0])


def _western(original: str, stream: Stream) -> str:
    words = original.split()
    if len(words) == 1:
        name = _other(stream, "FIRST", original)
    else:
        middle = [f"{stream.pick('ABCDEFGHJKLMNPRSTW')}."] * (1 if len(words) > 2 else 0)
        first = _other(stream, "FIRST", original)
        name = " ".join([first, *middle, _other(stream, "LAST", original)])
    if original.isupper():
        return name.upper()
    return name.lower() if original.islower() else name


def place(original: str, stream: Stream) -> str:
    """An address of as many parts: a city where the original has one, a street, a number."""
    if not has_cjk(original):
        street = f"{1 + stream.below(9999)} {stream.pick(_lists()['STREETS'])}"
        if "," not in original:
            return street
        return f"{street}, {stream.pick(_lists()['TOWNS'])}"
    region = stream.pick(_lists()["CITIES"]) if re.search(r"省|市|区|县", original) else ""
    door = f"{1 + stream.below(30)}幢{1 + stream.below(30)}0{1 + stream.below(9)}室"
    tail = door if re.search(r"室|单元|幢|栋|楼", original) else ""
    return f"{region}{stream.pick(_lists()['ROADS'])}{1 + stream.below(999)}号{tail}"


_CITY = re.compile(r"(?:.+?(?:省|自治区))?(.+?)市")


def town(original: str, stream: Stream) -> str:
    """Another town, with the ending of the original (宁波 for 杭州, 宁波市 for 浙江省)."""
    if not has_cjk(original):
        name = stream.pick(_lists()["TOWN_HEADS"]) + stream.pick(_lists()["TOWN_ENDS"])
        return name.upper() if original.isupper() else name
    city = _CITY.match(stream.pick(_lists()["CITIES"]))
    name = city[1] if city else "宁波"
    return name + "市" * original.endswith(("市", "省", "区", "县", "州"))


_ORGANISATION_ENDS = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|集团|公司|人民医院|中医院|医院|大学|学院|中学|小学|幼儿园|研究院|研究所|律师事务所|事务所|"
    r"支行|分行|银行|派出所|法院|诊所|学校|工作室)$"
)
_ENGLISH_ENDS = re.compile(
    r"(?:Inc\.?|Corporation|Corp\.?|LLC|Ltd\.?|Limited|Group|Bank|University|College|Hospital|Clinic|School|Institute)$"
)


def organisation(original: str, stream: Stream) -> str:
    """A made-up name that ends as the original does (有限公司, 医院, University)."""
    if not has_cjk(original):
        end = _ENGLISH_ENDS.search(original)
        return f"{stream.pick(_lists()['STEMS_EN'])} {end[0] if end else 'Company'}"
    ending = _ORGANISATION_ENDS.search(original)
    stem = stream.pick(_lists()["STEMS"]) + stream.pick(_lists()["STEMS"])
    return f"{stem}{ending[0] if ending else '公司'}"
