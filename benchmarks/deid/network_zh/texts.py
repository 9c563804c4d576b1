"""Labelled training texts: templates filled, gold of Universal NER, copies of it with other names."""

from __future__ import annotations

import json
import random
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.deid.network_zh.names import People, Words

TEMPLATES = Path(__file__).parent / "templates"
# {N}, {N#1} for the same one again, {=陳太} for one who is in the template.
_SLOT = re.compile(r"\{(?:([A-Z]+[0-9]*)(#[0-9])?|=([^}]+))\}")
_KINDS = {"PER": "PERSON", "ORG": "ORGANIZATION", "LOC": "LOCATION"}
_HAN = re.compile("[\u4e00-\u9fff·]+")
Cut = Callable[[str], Iterable[tuple[str, str]]]  # into words with their tags
# Slots that are persons; ORG and LOC are what they say; all others are nothing.
_PERSONS = frozenset("NWKGLTFDMEPAB")
_HANDLES = (
    "river",
    "sun",
    "xin",
    "nan",
    "star",
    "blue",
    "tao",
    "ocean",
    "li",
    "cat",
    "fish",
    "dou",
    "wang",
    "yu",
    "moon",
    "code",
    "dev",
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with what is named in it: (start, end, type)."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


def sections() -> list[tuple[str, list[str]]]:
    """(name, templates) of all files, in a fixed order; a section is one scene."""
    found: list[tuple[str, list[str]]] = []
    for path in sorted(TEMPLATES.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("["):
                found.append((f"{path.stem} {line.strip('[]')}", []))
            elif line:
                found[-1][1].append(line)
    return found


def is_held_out(section: str) -> bool:
    """A third of the sections is never trained on, by name: new ones move none of the others."""
    return zlib.crc32(section.encode()) % 3 == 2


class Filler:
    def __init__(self, people: People, rng: random.Random) -> None:
        self.rng = rng
        self._makers: dict[str, Callable[[], str]] = {
            "N": people.full, "W": people.word, "K": people.nick, "G": people.given,
            "L": people.familiar, "T": people.titled, "F": people.foreign, "D": people.dotted,
            "M": people.minority, "E": people.latin, "P": people.pinyin, "A": people.hong_kong,
            "B": people.spaced, "S": people.surname, "LOC": people.place, "ORG": people.firm,
            "ADDR": people.address, "D1": lambda: self._digits(1), "D2": lambda: self._digits(2),
            "D4": lambda: self._digits(4), "D16": lambda: self._digits(16),
            "N4": lambda: str(rng.randint(1935, 2024)), "TEL": lambda: "1" + self._digits(10),
            "ID": lambda: self._digits(17) + "X", "ORDER": lambda: "SF" + self._digits(12),
            "MONEY": lambda: str(rng.randint(10, 90000)), "TIME": lambda: f"{rng.randint(7, 22)}点",
            "DATE": lambda: f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日",
            "PLATE": self._plate, "HANDLE": self._handle, "CODE": self._code, "F2": lambda: rng.choice(("父亲", "妻子", "儿子", "姐姐")),
            "F3": lambda: rng.choice(("二舅", "大姑", "三叔", "小姨", "外公")),
        }  # fmt: skip

    def _digits(self, size: int) -> str:
        return "".join(str(self.rng.randint(1, 9)) for _ in range(size))

    def _plate(self) -> str:
        letters = self.rng.choice("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼")
        return (
            letters
            + self.rng.choice("ABCDEFGH")
            + self.rng.choice(("", "·", " "))
            + self._digits(5)
        )

    def _handle(self) -> str:
        word = self.rng.choice(_HANDLES) + self.rng.choice(_HANDLES)
        return word + self.rng.choice(("", "_", "-")) + self._digits(self.rng.randint(1, 5))

    def _code(self) -> str:
        return "".join(self.rng.choices("ABCDEFabcdef0123456789XYZkqt", k=self.rng.randint(4, 24)))

    def fill(self, template: str) -> Labelled:
        text, spans, at = "", [], 0
        same: dict[str, str] = {}
        for slot in _SLOT.finditer(template):
            text += template[at : slot.start()]
            kind = slot[1]
            value = slot[3] or same.get(slot[0]) or self._makers[kind]()
            if slot[2]:
                same[slot[0]] = value
            label = "PERSON" if slot[3] or kind in _PERSONS else _KINDS.get(kind)
            if label:
                spans.append((len(text), len(text) + len(value), label))
            text += value
            at = slot.end()
        return Labelled(text + template[at:], tuple(spans))


def gold(path: Path) -> list[list[Labelled]]:
    """The sentences of a UNER file, by document."""
    documents: list[list[Labelled]] = []
    text, rows = "", []
    for line in [*path.read_text("utf-8").splitlines(), ""]:
        if line.startswith("# newdoc"):
            documents.append([])
        elif line.startswith("# text = "):
            text = line.removeprefix("# text = ")
        elif line and not line.startswith("#"):
            rows.append(line.split("\t")[1:3])
        elif not line and rows:
            documents[-1].append(Labelled(text, tuple(_spans(text, rows))))
            rows = []
    return documents


def _spans(text: str, rows: list[list[str]]) -> Iterator[tuple[int, int, str]]:
    at, begun, kind = 0, -1, ""
    for word, tag in [*rows, ["", "O"]]:
        start = text.find(word, at) if word else at
        if start < 0:
            return
        if begun >= 0 and not tag.startswith("I"):
            yield begun, at, kind
            begun = -1
        at = start + len(word)
        if tag.startswith("B"):
            begun, kind = start, _KINDS.get(tag[2:], tag[2:])


def swapped(one: Labelled, people: People) -> Labelled:
    """The same sentence about other people, and now and then other places."""
    text, spans, at = "", [], 0
    same: dict[str, str] = {}
    for start, end, kind in sorted(one.spans):
        name = one.text[start:end]
        if _HAN.fullmatch(name):
            if kind == "PERSON" and people.rng.random() < 0.9:
                name = same.setdefault(name, people.like(name))
            elif kind == "LOCATION" and people.rng.random() < 0.25:
                name = same.setdefault(name, people.place())
        text += one.text[at:start]
        spans.append((len(text), len(text) + len(name), kind))
        text += name
        at = end
    return Labelled(text + one.text[at:], tuple(spans))


def reworded(one: Labelled, words: Words, rng: random.Random, cut: Cut) -> Labelled:
    """The same sentence with other words around its names: no word is a name by itself."""
    text, at = "", 0
    for word, tag in cut(one.text):
        end = at + len(word)
        others = words.others.get(f"{tag}{len(word)}")
        if others and rng.random() < 0.35 and not any(a < end and at < b for a, b, _ in one.spans):
            word = rng.choice(others)
        text += word
        at = end
    return Labelled(text, one.spans)  # each word has the length of the one before it


def corpus(path: Path) -> list[Labelled]:
    """The half of the labelled corpus that may be learned from."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Labelled(
            row["text"],
            tuple(
                (one["start"], one["end"], one["type"])
                for one in row["entities"]
                if one["type"] in ("PERSON", "ORGANIZATION")
            ),
        )
        for row in rows
        if row["split"] == "dev"
    ]


def converted(one: Labelled, convert: Callable[[str], str]) -> Labelled | None:
    """In other characters, where each stands in its own one's place."""
    text = convert(one.text)
    return Labelled(text, one.spans) if len(text) == len(one.text) else None
