"""Makes the labelled corpus, the same files each time: python -m benchmarks.deid.make."""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

from . import fillers
from .lexicon import Words
from .templates_en import TEMPLATES as ENGLISH
from .templates_zh import TEMPLATES as CHINESE

HERE = Path(__file__).parent
SEED = 20_251_124
SIZES = {"zh": 1200, "en": 360}
NEGATIVES = 0.12
_PLACE = re.compile(r"\{([A-Z][A-Z0-9_]*)(?::(\w+))?\}")
_MARKED = re.compile(r"\[\[(.+?)\|([A-Z_]+)\]\]", re.DOTALL)
# A change of punctuation would make the end of these unclear.
_EXACT = re.compile(r"\{(URL|EMAIL_ADDRESS|PASSWORD|API_KEY|TOKEN|JWT|PEM|IPV?[46]?\w*)[:}]")
_RIGID = {"data", "it"}
_SLOPPY = {"chat", "service", "logistics"}

Template = tuple[str, str, str]
Row = dict[str, Any]


def labelled(template: str) -> bool:
    """Whether a template has any place that gets a label."""
    plain = fillers.plain(random.Random(0))
    return any(place[1] not in plain for place in _PLACE.finditer(template))


def filled(template: str, made: dict[str, fillers.Maker]) -> tuple[str, list[Row]]:
    """The text of a template and its labels; {PERSON:a} twice is the same person twice."""
    plain = fillers.plain(random.Random(0))
    parts: list[str] = []
    labels: list[Row] = []
    again: dict[str, str] = {}
    at = size = 0
    for place in _PLACE.finditer(template):
        before, kind = template[at : place.start()], place[1]
        value = again.setdefault(place[0], made[kind]()) if place[2] else made[kind]()
        size += len(before)
        if kind not in plain:
            label = fillers.LABELS.get(kind, kind)
            labels.append({"start": size, "end": size + len(value), "type": label})
            assert value == value.strip() != "", (kind, value)
        parts += [before, value]
        size += len(value)
        at = place.end()
    return "".join([*parts, template[at:]]), labels


def roughened(template: str, domain: str, rng: random.Random) -> str:
    """The template as somebody in a hurry types it, now and then."""
    if domain in _RIGID or _EXACT.search(template) or not re.search("[一-鿿]", template):
        return template
    style = rng.random()
    if style < 0.08:
        return template.translate(str.maketrans("，：；？！（）", ",:;?!()"))
    if domain in _SLOPPY and style < 0.2:
        return template.rstrip("。！")
    if domain == "chat" and style < 0.32:
        return re.sub(r"[，。]", " ", template).strip()
    return template


def generated(lang: str, split: str, size: int, rng: random.Random) -> Iterator[Row]:
    """So many different texts of a split."""
    templates = [t for t in (CHINESE if lang == "zh" else ENGLISH) if t[1] == split]
    rng.shuffle(templates)
    negatives = round(size * NEGATIVES)
    words = Words(rng, split)
    made = fillers.names(words) | fillers.identifiers(rng) | fillers.plain(rng)
    if lang == "en":
        made |= {"PERSON": words.person_en, "ADDRESS": words.address_en,
                 "ORGANIZATION": made["ORG_EN"], "PHONE_NUMBER": made["PHONE_EN"],
                 "BIRTH_DATE": made["BIRTH_EN"], "PASSPORT": made["PASSPORT_EN"],
                 "MEDICAL_RECORD_NUMBER": made["MRN"], "BANK_CARD": made["WORLD_CARD"],
                 "DATE": made["DATE_EN"], "PRODUCT": made["PRODUCT_EN"]}  # fmt: skip
    for wanted, count in ((True, size - negatives), (False, negatives)):
        chosen = [t for t in templates if labelled(t[2]) == wanted]
        yield from _unlike(chosen, count, made, rng)


def _unlike(
    templates: list[Template], count: int, made: dict[str, fillers.Maker], rng: random.Random
) -> Iterator[Row]:
    seen: set[str] = set()
    for tried, (domain, split, template) in enumerate(cycle(templates)):
        assert tried < 50 * count, "too few templates for so many texts"
        text, labels = filled(roughened(template, domain, rng), made)
        if text not in seen:
            seen.add(text)
            yield {"domain": domain, "split": split, "text": text, "entities": labels}
        if len(seen) == count:
            return


def written(lang: str) -> Iterator[Row]:
    """The texts written by hand, with their marks read: [[张三|PERSON]]."""
    for line in (HERE / "handwritten.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["lang"] != lang:
            continue
        text, labels, at = "", [], 0
        for mark in _MARKED.finditer(row["text"]):
            text += row["text"][at : mark.start()]
            labels.append({"start": len(text), "end": len(text) + len(mark[1]), "type": mark[2]})
            text += mark[1]
            at = mark.end()
        text += row["text"][at:]
        yield {"domain": row["domain"], "split": "test", "text": text, "entities": labels}


def checked(row: Row) -> Row:
    """The row, after looking at its offsets and types."""
    end = 0
    for label in row["entities"]:
        value = row["text"][label["start"] : label["end"]]
        assert end <= label["start"] < label["end"] <= len(row["text"]), row
        assert value and value == value.strip(), row
        assert label["type"] in fillers.TYPES, label
        end = label["end"]
    assert not re.search(r"\[\[|\]\]|\{[A-Z_]+[:}]", row["text"]), row
    return row


def corpus(lang: str) -> list[Row]:
    """All texts of a language, with their ids."""
    rng = random.Random(f"{SEED}-{lang}")
    half = SIZES[lang] // 2
    rows = [row for split in ("dev", "test") for row in generated(lang, split, half, rng)]
    rng.shuffle(rows)
    ids = [f"{lang}-{number:04d}" for number in range(1, len(rows) + 1)]
    hand = list(written(lang))
    ids += [f"{lang}-h{number:03d}" for number in range(1, len(hand) + 1)]
    return [
        checked({"id": one, "lang": lang, **row})
        for one, row in zip(ids, [*rows, *hand], strict=True)
    ]


def summary(rows: Iterable[Row]) -> str:
    """How many texts and labels there are."""
    rows = list(rows)
    counts = Counter(label["type"] for row in rows for label in row["entities"])
    empty = sum(not row["entities"] for row in rows)
    parts = "  ".join(f"{kind} {counts[kind]}" for kind in fillers.TYPES)
    return f"{len(rows)} texts, {empty} of them empty, {sum(counts.values())} labels\n  {parts}"


def main() -> None:
    """Writes both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE / "corpus", metavar="FOLDER")
    folder: Path = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    for lang in SIZES:
        rows = corpus(lang)
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{lang}.jsonl").write_text("".join(lines), "utf-8")
        print(f"{lang}: {summary(rows)}")


if __name__ == "__main__":
    main()
