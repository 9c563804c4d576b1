"""Writes the texts that the network learns from: python -m benchmarks.deid.network.texts DATA OUT.

Labelled sentences with their names exchanged, the forms of our grammars filled with made-up names,
the dev half of our own corpus, and the product's own documents as text without names.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import crc32

from benchmarks.deid import templates_en
from benchmarks.deid.network.gold import HELD_OUT, TRAINING, TUNING, Span, Text, gold
from benchmarks.deid.network.world import World, joined
from deid.engine.recognition.tagger_en.lists import band

SEED = 15
_WORD = re.compile(r"(?<![\w@#/.])[A-Za-z]{3,20}(?![\w@/])")
SHARES = {"prose": 16_000, "chat": 16_000, "forms": 14_000, "plain": 24_000, "corpus": 2_500}
COPIES = {"ewt": (4, 12), "btc": (1, 2), "wnut": (1, 2)}  # as they are, and with other names
_KINDS = {"PERSON": "P", "FIRST": "F", "LAST": "L", "FIRST_LOWER": "F", "SPELLED": "P", "HAN": "P", "DOCTOR": "P",
          "ADDRESS": "A", "ADDRESS_EN": "A", "ORGANIZATION": "O", "ORG_EN": "O", "CLINIC": "O", "COLLEGE": "O"}  # fmt: skip
ROOT = Path(__file__).resolve().parents[3]


def part_of(form: str) -> str:
    """Of our own forms, too, some are kept aside."""
    share = crc32(form.encode()) % 16
    return HELD_OUT if share == 0 else TUNING if share == 1 else TRAINING


def corpus_forms() -> list[str]:
    """The dev templates of our corpus in the grammar's words."""
    forms = []
    for _domain, split, form in templates_en.TEMPLATES:
        if split == "dev":
            form = re.sub(
                r"\{([A-Z][A-Z0-9_]*)(?::\w+)?\}", lambda match: "{" + _kind(match[1]) + "}", form
            )
            forms.append(form)
    return forms


def _kind(name: str) -> str:
    plain = {"PHONE": "PH", "EMAIL": "E", "DATE": "D", "BIRTH": "D", "PRODUCT": "product"}
    return _KINDS.get(name) or next((short for key, short in plain.items() if key in name), "N")


def written(world: World, part: str, shares: dict[str, int]) -> Iterator[Text]:
    """Filled forms; sentences of prose and talk also in a row."""
    forms = {
        **{name: world.grammar.blocks[name] for name in shares if name != "corpus"},
        "corpus": corpus_forms(),
    }
    for name, count in shares.items():
        own = [form for form in forms[name] if part_of(form) == part]
        for number in range(count):
            row = (
                world.rng.choices((1, 2, 3), (6, 2, 1))[0]
                if name in ("prose", "chat", "plain")
                else 1
            )
            chosen = [own[number % len(own)], *world.rng.choices(own, k=row - 1)]
            blank = world.rng.choice((" ", " ", "\n", "\n\n"))
            yield cased(world.rng, *joined(world.grammar.filled(blank.join(chosen))))


def exchanged(world: World, text: str, spans: list[Span]) -> Text:
    """The same sentence about other people, firms and places."""
    out, new, at = "", [], 0
    for start, end, kind in spans:
        if start < at:
            continue
        out += text[at:start]
        value = _other(world, text[start:end], kind)
        new.append((len(out), len(out) + len(value), kind))
        out += value
        at = end
    return out + text[at:], new


def reworded(world: World, text: str, spans: list[Span]) -> Text:
    """The same sentence with other words where no name is: the small ones stay, so does its build."""
    out, new, at = "", [], 0
    for start, end, kind in [*spans, (len(text), len(text), "")]:
        out += _WORD.sub(lambda match: _reworded(world, match[0]), text[at:start])
        if kind:
            new.append((len(out), len(out) + end - start, kind))
        out += text[start:end]
        at = end
    return out, new


def _reworded(world: World, word: str) -> str:
    if world.rng.random() < 0.02:
        return world.mistyped(word)
    if band(word) > 4 or not word.isascii() or world.rng.random() > 0.4:
        return word
    other = world.like(word.lower())
    return other if word.islower() else other.capitalize() if word.istitle() else word


def _other(world: World, value: str, kind: str) -> str:
    rng = world.rng
    makers: dict[str, tuple[float, Callable[[], str]]] = {
        "PERSON": (0.9, world.person if " " in value else rng.choice((world.first, world.first, world.last))),
        "ORG": (0.5, world.firm), "LOC": (0.4, world.place),
    }  # fmt: skip
    share, make = makers[kind]
    if rng.random() > share:
        return value
    made = make().strip() or value
    if value.islower():
        return made.lower()
    return made.upper() if value.isupper() and len(value) > 3 else made


def cased(rng: random.Random, text: str, spans: list[Span]) -> Text:
    """Now and then all in small letters, or all in capitals."""
    draw = rng.random()
    other = text.lower() if draw < 0.07 else text.upper() if draw < 0.12 else text
    return (other if len(other) == len(text) else text), spans


def labelled(world: World, found: dict[str, list[Text]]) -> Iterator[Text]:
    for name, texts in found.items():
        plain, other = COPIES[name]
        for text, spans in texts:
            for _copy in range(plain):
                yield cased(world.rng, text, spans)
            for _copy in range(other if spans else (other + 1) // 2):
                yield cased(world.rng, *exchanged(world, *reworded(world, text, spans)))


def own_documents() -> Iterator[Text]:
    """Paragraphs of the product's documents and pieces of its code: no names in them."""
    for path in sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("*.md")]):
        if "CN" not in path.name:
            yield from (
                (one, [])
                for one in path.read_text("utf-8").split("\n\n")
                if one.isascii() and len(one) > 20
            )
    for path in sorted([*ROOT.glob("core/**/*.py"), *ROOT.glob("deployments/**/*.py")]):
        lines = path.read_text("utf-8").splitlines()
        for begin in range(0, len(lines), 12):
            piece = "\n".join(lines[begin : begin + 12])
            if piece.isascii() and "Copyright" not in piece and begin % 36 == 0:
                yield piece, []


def save(path: Path, texts: list[Text]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for text, spans in texts:
            file.write(json.dumps([text, spans], ensure_ascii=False) + "\n")
    print(f"{path.name}: {len(texts):,} texts, {sum(len(text) for text, _ in texts):,} characters")


def main() -> None:
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    found = gold(data)
    world = World(SEED)
    texts = [*labelled(world, found[TRAINING]), *written(world, TRAINING, SHARES), *own_documents()]
    world.rng.shuffle(texts)
    save(out / "training.jsonl", texts)
    for part in (TUNING, HELD_OUT):
        for name, own in found[part].items():
            save(out / f"{part}-{name}.jsonl", own)
        for name in SHARES:
            if name != "corpus":
                save(
                    out / f"{part}-{name}.jsonl", list(written(World(SEED + 1), part, {name: 400}))
                )


if __name__ == "__main__":
    main()
