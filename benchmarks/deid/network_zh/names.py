"""Made-up people, places and firms that fill the training texts; nobody in them is real."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

from deid.engine.recognition.lexicon import blocks
from deid.engine.recognition.name_words_zh import COMMON, COMPOUND, SURNAMES

_LISTS = blocks(Path(__file__).parent / "words.txt")
_WORDLY = ("n", "a", "v", "vn", "an", "nz", "t", "l", "i", "s")
_ORDERED = _LISTS["SURNAMES_BY_FREQUENCY"]


class Words:
    """A dictionary's names, places and words of the form `word frequency tag` (jieba's)."""

    def __init__(self, path: Path) -> None:
        self.names: list[str] = []
        self.foreign: list[str] = []
        self.places: list[str] = []
        self.others: dict[str, list[str]] = {}
        """By tag and length, as in n2: what may stand in each other's place."""
        words: list[str] = []
        for line in path.read_text("utf-8").splitlines():
            word, frequency, tag = line.split()
            if re.fullmatch("[\u4e00-\u9fff]{2,7}", word):
                self._sort(word, int(frequency), tag, words)
        characters = Counter(one for name in self.names for one in name[1:])
        self.characters = sorted(characters)
        self.weights = [characters[one] ** 0.75 for one in self.characters]
        self.given = sorted({name[1:] for name in self.names if len(name) == 3})
        # Words that could be names: of two characters, the second such as names are made of.
        self.words = [one for one in words if characters[one[1]] >= 120]

    def _sort(self, word: str, frequency: int, tag: str, words: list[str]) -> None:
        if len(word) <= 4 and tag in ("n", "v", "vn", "a", "ad", "an", "d", "nz", "b", "z", "s"):
            # Common words come more often, but rare ones are what is to be learned.
            self.others.setdefault(f"{tag}{len(word)}", []).extend([word] * min(frequency, 3))
        if tag == "nrt" or (tag == "nr" and len(word) >= 4):
            self.foreign.append(word)
        elif tag.startswith("nr") and len(word) <= 3 and word[0] in SURNAMES:
            self.names.append(word)
        elif tag == "ns" and len(word) <= 5:
            self.places.append(word)
        elif len(word) == 2 and word[0] in COMMON and frequency >= 5 and tag in _WORDLY:
            words.append(word)


class People:
    """Draws a name of each kind that the templates ask for."""

    def __init__(self, words: Words, rng: random.Random) -> None:
        self.words, self.rng = words, rng
        self._surnames = sorted(one for one in SURNAMES if len(one) == 1)

    def surname(self) -> str:
        draw = self.rng.random()
        if draw < 0.03:
            return self.rng.choice(sorted(COMPOUND))
        if draw < 0.78:
            place = int(self.rng.expovariate(1 / 28))
            return _ORDERED[min(len(_ORDERED) - 1, place)]
        return self.rng.choice(self._surnames)

    def character(self) -> str:
        return self.rng.choices(self.words.characters, self.words.weights)[0]

    def full(self) -> str:
        """张伟明, 欧阳雪, and in an eighth of all cases a word: 高兴."""
        draw = self.rng.random()
        if draw < 0.36:
            return self.surname() + self.character() + self.character()
        if draw < 0.52:
            return self.surname() + self.rng.choice(self.words.given)
        if draw < 0.72:
            return self.surname() + self.character()
        if draw < 0.82:
            return self.rng.choice(self.words.names)
        return self.word()

    def word(self) -> str:
        """A name that is a word, or has one behind the surname: 高兴, 王国庆, 李和平."""
        draw = self.rng.random()
        if draw < 0.65:
            return self.rng.choice(_LISTS["WORDS"] if draw < 0.5 else self.words.words)
        return self.surname() + self.rng.choice(_LISTS["WORDS"])

    def given(self) -> str:
        draw = self.rng.random()
        if draw < 0.15:
            return self.rng.choice(_LISTS["WORDS"])
        return (
            self.rng.choice(self.words.given) if draw < 0.7 else self.character() + self.character()
        )

    def nick(self) -> str:
        draw, char = self.rng.random(), self.character()
        if draw < 0.25:
            return self.rng.choice(_LISTS["NICKS"])
        if draw < 0.4:
            return char + char
        if draw < 0.6:
            return self.rng.choice("小阿小大") + char
        if draw < 0.75:
            return char + self.rng.choice("姐哥儿子妹宝总爷姨仔")
        if draw < 0.85:
            return self.given()
        return self.rng.choice("小阿老大") + self.surname()

    def familiar(self) -> str:
        return self.rng.choice("老老老小小阿大") + self.surname()[:1]

    def titled(self) -> str:
        return self.surname() + self.rng.choice(_LISTS["TITLES"])

    def foreign(self) -> str:
        one = self.rng.choice(self.words.foreign)
        if self.rng.random() < 0.7:
            return one
        return one[:4] + "·" + self.rng.choice(self.words.foreign)[:5]

    def dotted(self) -> str:
        return "·".join(self.rng.choice(self.words.foreign)[:4] for _ in range(2))

    def minority(self) -> str:
        one = self.rng.choice(_LISTS["MINORITY"])
        return one if self.rng.random() < 0.5 else one + "·" + self.rng.choice(_LISTS["MINORITY"])

    def latin(self) -> str:
        draw, name = self.rng.random(), self.rng.choice(_LISTS["LATIN"])
        if draw < 0.55:
            return name
        if draw < 0.7:
            return name.lower() if self.rng.random() < 0.6 else name.upper()
        if draw < 0.88:
            return f"{name} {self.rng.choice(_LISTS['LAST'])}"
        return name + self.rng.choice(("姐", "哥", "老师", "总"))

    def hong_kong(self) -> str:
        draw = self.rng.random()
        return "阿" + (self.rng.choice(_LISTS["LATIN"]) if draw < 0.4 else self.character())

    def pinyin(self) -> str:
        last, first = (self.rng.choice(_LISTS[f"PINYIN_{one}"]) for one in ("SURNAMES", "GIVEN"))
        joined = self.rng.choice(("", " "))
        draw = self.rng.random()
        if draw < 0.4:
            return last + joined + first
        if draw < 0.8:
            return last.capitalize() + " " + first.capitalize()
        return last.upper() + " " + first.capitalize()

    def spaced(self) -> str:
        name = self.surname()[:1] + self.character() + self.rng.choice(("", self.character()))
        return self.rng.choice((" ", " ", "　", "  ")).join(name)

    def place(self) -> str:
        return self.rng.choice(self.words.places)

    def firm(self) -> str:
        draw = self.rng.random()
        if draw < 0.25:
            return self.rng.choice(_LISTS["SHORT_FIRMS"])
        where = self.place() if draw < 0.75 else ""
        return (
            where
            + (self.rng.choice(_LISTS["FIRMS"]) if draw < 0.9 else "")
            + self.rng.choice(_LISTS["ENDS"])
        )

    def address(self) -> str:
        rng = self.rng
        street = f"{rng.choice(_LISTS['ROADS'])}{rng.randint(1, 400)}号"
        door = f"{rng.choice(_LISTS['ESTATES'])}{rng.randint(1, 30)}栋{rng.randint(1, 4)}单元{rng.randint(1, 30)}0{rng.randint(1, 4)}室"
        return self.place() + rng.choice((street, door, street + door))

    def like(self, name: str) -> str:
        """Another name of the kind that this one seems to be of."""
        if "·" in name or len(name) > 4:
            return self.foreign()
        if len(name) == 1:
            return self.surname()
        return self.full() if self.rng.random() < 0.85 else self.foreign()
