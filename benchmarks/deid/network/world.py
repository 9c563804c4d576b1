"""Made-up people, towns and firms of the world, and the numbers that stand beside them."""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import faker
import faker.providers.address as addresses
import faker.providers.person as persons

from benchmarks.deid.network.grammar import Grammar, Piece
from deid.engine.recognition.tagger_en.features import bare
from deid.engine.recognition.tagger_en.lists import FLAGS, words

_LATIN = re.compile(
    r"[^\W\d_\u0370-\U0010ffff](?:[^\W\d_\u0370-\u1dff\u2c00-\U0010ffff]|[ '’.-]){1,30}"
)
_CYRILLIC = (
    "а a б b в v г g д d е e ж zh з z и i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh "
    "щ shch ъ _ ы y ь _ э e ю yu я ya і i є ye ґ g"
)
_GREEK = "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o"
_PAIRS = f"{_CYRILLIC} {_GREEK}".split()
_SWAP = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_NOT_PEOPLE = {"en_TH", "tw_GH", "sw"}


def romanised(word: str) -> str:
    """A Cyrillic or Greek word in Latin letters, as passports have it."""
    out = ""
    for sign in bare(word.replace("й", "y").replace("Й", "Y")):
        latin = _SWAP.get(sign.lower())
        if latin is None:
            out += sign
        else:
            latin = latin.strip("_")
            out += latin.capitalize() if sign.isupper() else latin
    return out


def _words(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        return [str(key) for key in value]
    if isinstance(value, property) or callable(value):
        return []
    found: list[str] = []
    for one in value or ():
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, list | tuple):
            found += [part for part in one if isinstance(part, str)]
    return found


def _listed(package: Any, starts: tuple[str, ...]) -> dict[str, dict[str, set[str]]]:
    """Faker's lists by locale and by the beginning of their names."""
    found: dict[str, dict[str, set[str]]] = {}
    for module in pkgutil.iter_modules(package.__path__):
        provider = importlib.import_module(f"{package.__name__}.{module.name}").Provider
        own = found.setdefault(module.name, {start: set() for start in starts})
        for key in dir(provider):
            for start in starts:
                if start in key and not key.startswith(("_", "format")):
                    own[start] |= set(_words(getattr(provider, key)))
    return found


@lru_cache(maxsize=1)
def pools() -> dict[str, tuple[list[str], list[str]]]:
    """First and last names by locale: Latin letters; Cyrillic and Greek ones also by `~`."""
    found = {}
    for locale, lists in _listed(
        persons, ("first_names", "last_names", "first_romanized", "last_romanized")
    ).items():
        first, last = lists["first_names"], lists["last_names"]
        if lists["first_romanized"]:
            first, last = lists["first_romanized"], lists["last_romanized"]
        if locale in _NOT_PEOPLE:
            continue
        for name, kept in ((locale, None), (locale.replace("_", "~"), romanised)):
            firsts, lasts = (
                sorted({kept(one) if kept else one for one in group}) for group in (first, last)
            )
            if kept or locale not in ("ru_RU", "uk_UA", "bg_BG", "el_GR"):
                firsts, lasts = (
                    [one for one in group if _LATIN.fullmatch(one)] for group in (firsts, lasts)
                )
            if len(firsts) > 20 and len(lasts) > 20:
                found[name] = (firsts, lasts)
    for locale in list(found):
        if (
            "~" in locale
            and locale.replace("~", "_") in found
            and locale[:2] not in ("ru", "uk", "bg", "el")
        ):
            del found[locale]
    return found


@lru_cache(maxsize=1)
def towns() -> dict[str, list[str]]:
    starts = (
        "cities",
        "states",
        "counties",
        "districts",
        "municipalities",
        "regions",
        "provinces",
        "departments",
        "villages",
        "towns",
    )
    found = {}
    for locale, lists in _listed(addresses, starts).items():
        own = sorted(one for group in lists.values() for one in group if _LATIN.fullmatch(one))
        if len(own) > 10:
            found[locale] = own
    return found


@lru_cache(maxsize=1)
def vocabulary() -> list[str]:
    """Words of English that are nobody's name, or that are far more than that."""
    names = tuple(
        1 << FLAGS.index(flag) for flag in ("first_common", "last_common", "country", "calendar")
    )
    rare = (1 << FLAGS.index("first")) | (1 << FLAGS.index("last")) | (1 << FLAGS.index("place"))
    found = []
    for word, bits in words().items():
        band = bits >> len(FLAGS)
        if (
            1 <= band <= 5
            and len(word) > 2
            and word.isalpha()
            and not bits & sum(names)
            and (band > 3 or not bits & rare)
        ):
            found.append(word)
    return sorted(found)


class Markov:
    """Made-up words that end and sound as the given ones."""

    def __init__(self, words: Iterable[str], rng: random.Random) -> None:
        self.rng = rng
        self._next: dict[str, list[str]] = {}
        for word in words:
            padded = f"^^^{word}$"
            for place in range(3, len(padded)):
                self._next.setdefault(padded[place - 3 : place], []).append(padded[place])

    def word(self) -> str:
        for _try in range(20):
            made = "^^^"
            while len(made) < 19:
                sign = self.rng.choice(self._next[made[-3:]])
                if sign == "$":
                    break
                made += sign
            if 3 <= len(made) - 3 <= 15:
                return made[3:].strip(" -'.")
        return "Aron"


_COMMON = {
    "en_US": 5,
    "en_GB": 3,
    "en": 3,
    "en_IN": 2,
    "de_DE": 2,
    "fr_FR": 2,
    "es_ES": 2,
    "it_IT": 2,
}
_PARTICLES = (
    "de",
    "van",
    "von",
    "der",
    "van der",
    "de la",
    "di",
    "da",
    "del",
    "bin",
    "al",
    "ten",
    "dos",
    "el",
    "du",
    "le",
)
_CAPITALS = "ABCDEFGHIJKLMNOPRSTVWZ"
_TITLES = (
    "Mr.",
    "Mr.",
    "Mrs.",
    "Mrs.",
    "Ms.",
    "Ms.",
    "Dr.",
    "Dr.",
    "Mr",
    "Mrs",
    "Ms",
    "Dr",
    "Prof.",
    "Professor",
    "Miss",
    "Mx.",
    "Sir",
    "Rev.",
    "MR.",
    "mr",
    "mrs",
    "dr",
)
_FAKER = (
    "en_US en_US en_US en_GB en_GB en_AU en_CA de_DE fr_FR fr_CH es_ES es_MX it_IT pt_BR pt_PT nl_NL nl_BE "
    "pl_PL cs_CZ sk_SK hu_HU da_DK no_NO sv_SE fi_FI de_AT de_CH hr_HR sl_SI ro_RO tr_TR en_IN en_IE en_NZ el_GR"
)


class World:
    """The makers of a grammar: persons (P F L), firms (O), addresses (A S), places (C K) ..."""

    def __init__(self, seed: int) -> None:
        self.rng = rng = random.Random(seed)
        self.grammar = grammar = Grammar(rng)
        self._pools = {
            key: value
            for key, value in pools().items()
            if key not in ("el_GR", "ru_RU", "uk_UA", "bg_BG")
        }
        self._every = pools()
        self._locales = [key for key in self._pools if key != "ar_AA"]
        self._weights = [_COMMON.get(key, 1) for key in self._locales]
        self._chains: dict[tuple[str, int], Markov] = {}
        self._towns = towns()
        self._every_town = [one for own in self._towns.values() for one in own]
        self._town_chain = Markov(self._every_town, rng)
        made = grammar.blocks["made_stem"] + [
            a.lower() + b for a in grammar.blocks["stem1"] for b in grammar.blocks["stem2"]
        ]
        self._firm_chain = Markov(made, rng)
        self._fakers: dict[str, Any] = {}
        self._vocabulary = vocabulary()
        self._word_chain = Markov(self._vocabulary, rng)
        self._endings: dict[str, list[str]] = {}
        for word in self._vocabulary:
            self._endings.setdefault(word[-2:], []).append(word)
        self._by_ending = {
            end: [word for word in self._vocabulary if word.endswith(end)]
            for end in ("", "y", "ed", "ing")
        }
        labelled = {
            "P": (self.person, "PERSON"),
            "F": (self.first, "PERSON"),
            "L": (self.last, "PERSON"),
            "FU": (lambda: self.first().upper(), "PERSON"),
            "LU": (lambda: self.last().upper(), "PERSON"),
            "M": (self.figure, "PERSON"),
            "O": (self.firm, "ORG"),
            "A": (self.address, "ADDRESS"),
            "S": (self.street, "ADDRESS"),
            "C": (self.place, "LOC"),
            "K": (self.country, "LOC"),
            "Q": (lambda: grammar.text("facility"), "LOC"),
        }
        plain = {"PH": self.phone, "E": self.email, "D": self.date, "N": self.number, "U": lambda: rng.choice(_CAPITALS),
                 "T": lambda: rng.choice(_TITLES), "n": self.house, "year": lambda: str(rng.randrange(1750, 2026)),
                 "sep": lambda: rng.choice((", ", ", ", ", ", "\n", "\n", ",\n", " ")), "made": lambda: self._firm_chain.word().capitalize(),
                 "FAKER": self.faker_address, "ACR": self.acronym, "handle": self.handle, "LABEL": lambda: grammar.text("label").upper(),
                 "ROLE": lambda: grammar.text("role").upper(), "NOUN": lambda: grammar.text("noun").split()[-1].upper(),
                 "Camel": self.camel, "w": self.word, "W": lambda: self.word().capitalize(), "brand": self.brand,
                 "noun": lambda: self._some("noun", ""), "adj": lambda: self._some("adj", "y"),
                 "verbed": lambda: self._some("verbed", "ed"), "verbing": lambda: self._some("verbing", "ing")}  # fmt: skip
        for key, (maker, label) in labelled.items():
            grammar.makers[key] = lambda _name, maker=maker, label=label: [(maker().strip(), label)]
        for key, make in plain.items():
            grammar.makers[key] = lambda _name, make=make: [(make(), "")]
        grammar.makers["d"] = lambda name: [(self._digits(int(name[1:])), "")]
        grammar.makers["n"] = lambda name: [
            (self.house() if name == "n" else self._digits(int(name[1:]), first="123456789"), "")
        ]
        for key, at in (("first", 0), ("last", 1)):
            grammar.makers[key] = lambda name, at=at: [(self._name(name, at), "")]
        grammar.makers["town"] = lambda name: [
            (self.town(name.partition("@")[2] or name.partition("~")[2]), "")
        ]

    # People -----------------------------------------------------------------------------------

    def _name(self, asked: str, at: int) -> str:
        base, sign, locale = asked.partition("~" if "~" in asked else "@")
        del base
        if sign == "~":
            locale = locale.replace("_", "~")
        if locale and locale not in self._every:
            locale = next((key for key in self._every if key[:2] == locale[:2]), "")
        return self._of(locale or self._locale(), at)

    def _locale(self) -> str:
        return self.rng.choices(self._locales, self._weights)[0]

    def _of(self, locale: str, at: int) -> str:
        if self.rng.random() < 0.32:
            key = (locale, at)
            if key not in self._chains:
                self._chains[key] = Markov(self._every[locale][at], self.rng)
            return self._chains[key].word()
        return self.rng.choice(self._every[locale][at])

    def _pair(self) -> tuple[str, str]:
        if self.rng.random() < 0.12:
            return self.rng.choice(self.grammar.blocks["given"]), self.rng.choice(
                self.grammar.blocks["family"]
            )
        locale = self._locale()
        return self._of(locale, 0), self._of(locale, 1)

    def first(self) -> str:
        return self._pair()[0]

    def last(self) -> str:
        return self._pair()[1]

    def person(self) -> str:
        rng = self.rng
        first, last = self._pair()
        initial = rng.choice(_CAPITALS)
        form = rng.random()
        if form < 0.60:
            return f"{first} {last}"
        forms = (
            (6, f"{first} {initial}{rng.choice(('.', ''))} {last}"), (5, f"{first} {rng.choice(_PARTICLES)} {last}"),
            (4, f"{first} {self.last()} {last}"), (4, f"{first} {self.last()}-{last}"), (2, f"{last}, {first}"),
            (3, f"{initial}. {last}"), (2, f"{initial}. {rng.choice(_CAPITALS)}. {last}"), (3, f"{last} {first}"),
            (4, f"{first} {self.first()} {last}"), (1, f"{first} {last} {rng.choice(('Jr.', 'Sr.', 'III', 'II', 'Jr'))}"),
            (2, f"{first}-{self.first()} {last}"), (1, f"{first} {initial}."), (1, f"{initial}{rng.choice(_CAPITALS)} {last}"),
            (1, f"{first} {rng.choice((chr(34), chr(39)))}{self.first()}{chr(34)} {last}"), (1, f"{last.upper()} {first}"),
            (1, f"{first} {rng.choice(('O’', 'O' + chr(39), 'Mc', 'Mac', 'D' + chr(39)))}{last}"),
            (1, f"{first} {last.upper()}"),
        )  # fmt: skip
        return rng.choices([text for _weight, text in forms], [weight for weight, _text in forms])[
            0
        ]

    def figure(self) -> str:
        blocks = self.grammar.blocks
        return (
            self.rng.choice(blocks["mononym"])
            if self.rng.random() < 0.6
            else self.grammar.text("regnal")
        )

    # Firms and places -------------------------------------------------------------------------

    def firm(self) -> str:
        return self.grammar.text("firm" if self.rng.random() < 0.62 else "body")

    def town(self, locale: str = "") -> str:
        own = self._towns.get(locale)
        if own is not None and self.rng.random() < 0.8:
            return self.rng.choice(own)
        draw = self.rng.random()
        if draw < 0.35:
            return self._town_chain.word()
        if draw < 0.6 or locale:
            return self.rng.choice(self._every_town)
        if draw < 0.8:
            return self.rng.choice(self.grammar.blocks["place"])
        return self._faker("en_US").city()

    def place(self) -> str:
        return (
            self.rng.choice(self.grammar.blocks["place"])
            if self.rng.random() < 0.5
            else self.town()
        )

    def country(self) -> str:
        return self.rng.choice(self.grammar.blocks["country"])

    def address(self) -> str:
        return self.grammar.text("address").strip(", ")

    def street(self) -> str:
        return self.grammar.text("street")

    def _faker(self, locale: str) -> Any:
        if locale not in self._fakers:
            self._fakers[locale] = faker.Faker(locale)
            self._fakers[locale].seed_instance(self.rng.randrange(10**9))
        return self._fakers[locale]

    def faker_address(self) -> str:
        one = self._faker(self.rng.choice(_FAKER.split(" ")))
        text = str(one.address() if self.rng.random() < 0.7 else one.street_address())
        return text.replace("\n", self.rng.choice((", ", ", ", "\n", " ")))

    # What stands beside -----------------------------------------------------------------------

    def _digits(self, size: int, first: str = "0123456789") -> str:
        return self.rng.choice(first) + "".join(
            self.rng.choice("0123456789") for _ in range(size - 1)
        )

    def house(self) -> str:
        return self._digits(self.rng.choices((1, 2, 3, 4, 5), (3, 6, 6, 4, 2))[0], "123456789")

    def number(self) -> str:
        return self._digits(self.rng.randrange(3, 12), "123456789")

    def phone(self) -> str:
        d = self._digits
        return self.rng.choice((f"({d(3)}) {d(3)}-{d(4)}", f"{d(3)}-{d(3)}-{d(4)}", f"+{d(2)} {d(2)} {d(3)} {d(4)}", f"0{d(3)} {d(6)}",
                                f"{d(3)} {d(4)}", f"0{d(2)} {d(3)} {d(2)} {d(2)}", f"+{d(1)}.{d(3)}.{d(3)}.{d(4)}", f"0{d(1)}.{d(2)}.{d(2)}.{d(2)}.{d(2)}"))  # fmt: skip

    def email(self) -> str:
        host = self.rng.choice(("example.com", "mail.example.org", "corp.example.net"))
        return re.sub(
            r"[^a-z._@]", "", f"{self.first()}{self.rng.choice('._')}{self.last()}@{host}".lower()
        )

    def date(self) -> str:
        rng = self.rng
        month = self.grammar.text("month")
        day, year = rng.randrange(1, 29), rng.randrange(1900, 2026)
        return rng.choice((f"{day} {month} {year}", f"{month} {day}, {year}", f"{rng.randrange(1, 13)}/{day}/{year}",
                           f"{year}-{rng.randrange(10, 13)}-{rng.randrange(10, 29)}", f"{day}.{rng.randrange(1, 13)}.{year}", f"{month[:3]} {day}"))  # fmt: skip

    def acronym(self) -> str:
        return "".join(self.rng.choice(_CAPITALS) for _ in range(self.rng.randrange(2, 6)))

    def handle(self) -> str:
        parts = [
            self.first().lower(),
            self.last().lower(),
            self.grammar.text("noun").replace(" ", ""),
            self._digits(2),
            self.grammar.text("noun").title().replace(" ", ""),
        ]
        return re.sub(r"\W", "", self.rng.choice(("", "_", "x")).join(self.rng.sample(parts, 2)))

    def word(self) -> str:
        """Of the words of English that are no names; now and then one that is in no list."""
        if self.rng.random() < 0.1:
            return self._word_chain.word().lower()
        return self.rng.choice(self._vocabulary)

    def mistyped(self, word: str) -> str:
        """As somebody in a hurry writes it, or with feeling."""
        place = self.rng.randrange(1, len(word))
        return self.rng.choice(
            (
                word[:place] + word[place + 1 :],
                word[:place] + word[place] + word[place:],
                word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :],
                word[:place] + word[place] * 3 + word[place:],
            )
        )

    def like(self, word: str) -> str:
        """Another word that ends as this one does."""
        return self.rng.choice(self._endings.get(word[-2:], self._vocabulary))

    def _some(self, block: str, ending: str) -> str:
        if self.rng.random() < 0.6:
            return self.rng.choice(self.grammar.blocks[block])
        return self.rng.choice(self._by_ending[ending])

    def brand(self) -> str:
        name = self.rng.choice(
            (
                self._firm_chain.word().capitalize(),
                self.word().capitalize(),
                self.grammar.text("product"),
            )
        )
        return name + self.rng.choice(
            (
                "",
                "",
                f" {self._digits(2)}",
                f" {self.word().capitalize()}",
                f" {self.rng.choice(_CAPITALS)}{self._digits(3)}",
                " Pro",
                " Plus",
                " Mini",
                " Max",
            )
        )

    def camel(self) -> str:
        words = f"{self.grammar.text('adj')} {self.grammar.text('noun')} {self.grammar.text('noun')}".title().split()
        return "".join(self.rng.sample(words, min(len(words), self.rng.randrange(1, 3))))


def joined(pieces: list[Piece]) -> tuple[str, list[tuple[int, int, str]]]:
    """Pieces as one text with its spans."""
    text, spans = "", []
    for part, label in pieces:
        if label and part.strip():
            spans.append((len(text), len(text) + len(part), label))
        text += part
    return text, spans
