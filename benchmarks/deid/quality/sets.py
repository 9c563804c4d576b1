"""Labelled texts in the forms that others keep them in: CoNLL or BIO columns, JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deid.engine.recognition import types as t

# What sets call them. A label that stands here for none is not scored; what is found there neither.
LABELS = {
    "PER": t.PERSON, "PERSON": t.PERSON, "NAME": t.PERSON, "PER.NAM": t.PERSON, "NR": t.PERSON,
    "ORG": t.ORGANIZATION, "ORGANIZATION": t.ORGANIZATION, "CORPORATION": t.ORGANIZATION,
    "ORG.NAM": t.ORGANIZATION, "NT": t.ORGANIZATION, "ADDRESS": t.ADDRESS,
    "STREET_ADDRESS": t.ADDRESS, "LOC": t.LOCATION, "GPE": t.LOCATION, "LOCATION": t.LOCATION,
    "LOC.NAM": t.LOCATION, "GPE.NAM": t.LOCATION, "NS": t.LOCATION, "CREDIT_CARD": t.BANK_CARD,
    "IBAN_CODE": t.IBAN, "US_SSN": t.ID_CARD, "US_DRIVER_LICENSE": t.DRIVER_LICENSE,
    "DOMAIN_NAME": t.URL, "DATE_TIME": t.DATE,
} | {kind: kind for kind in t.ALL}  # fmt: skip
_CJK = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
_NO_BLANK_BEFORE = frozenset(".,;:!?%)]}’”'") | {"n't", "'s", "'m", "'re", "'ve", "'ll", "'d"}


class SetError(ValueError):
    """A file that is in none of the forms; the message says which line."""


@dataclass(frozen=True)
class Label:
    start: int
    end: int
    type: str
    """Ours; empty where the set's label has no counterpart."""


@dataclass(frozen=True)
class Row:
    """One text. Rows of one `group` are alike (a template, a document) and are drawn together."""

    text: str
    labels: tuple[Label, ...]
    group: str
    split: str = ""
    lang: str = ""


def read(path: Path) -> list[Row]:
    """The rows of a file: .json or .jsonl, or columns with a tag. Raises SetError, OSError."""
    text = path.read_text("utf-8-sig")
    if text.lstrip()[:1] in ("[", "{"):
        return list(_json_rows(text, path.name))
    return list(_column_rows(text.splitlines(), path.name))


def _json_rows(text: str, name: str) -> Iterator[Row]:
    """Ours, one a line; or Presidio-research's: a list of samples with full_text and spans."""
    try:
        samples = json.loads(text) if text.lstrip()[0] == "[" else None
        rows = samples or [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError as error:
        raise SetError(f"{name}: {error}") from error
    for number, row in enumerate(rows):
        try:
            yield _of_json(row, str(number))
        except (KeyError, TypeError) as error:
            raise SetError(f"{name}: sample {number}: {error!r}") from error


def _of_json(row: dict[str, Any], number: str) -> Row:
    if "full_text" in row:
        labels = [
            Label(one["start_position"], one["end_position"], _ours(one["entity_type"]))
            for one in row["spans"]
        ]
        group = str(row.get("template_id", number))
        return Row(row["full_text"], tuple(labels), group)
    labels = [Label(one["start"], one["end"], _ours(one["type"])) for one in row["entities"]]
    group = str(row.get("template", row.get("id", number)))
    return Row(row["text"], tuple(labels), group, row.get("split", ""), row.get("lang", ""))


def _column_rows(lines: Sequence[str], name: str) -> Iterator[Row]:
    """Sentences apart by empty lines; `# text = …` gives blanks as they stood."""
    document, written = "", ""
    tokens: list[tuple[str, str]] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.startswith("# "):
            key, _, value = line[2:].partition(" = ")
            document = value if key == "newdoc id" else document
            written = value if key == "text" else written
        elif line.strip() and not line.startswith("-DOCSTART-"):
            tokens.append(_token(line, f"{name}, line {number}"))
        elif tokens:
            group = document or str(number // 20)
            yield _of_tokens(tokens, written, group)
            tokens, written = [], ""


def _token(line: str, where: str) -> tuple[str, str]:
    """The word and its tag, of `word tag`, `word … tag` or `number word … tag …`."""
    columns = line.split("\t") if "\t" in line else line.split()
    for column in reversed(columns[1:]):  # CoNLL's last; others keep who tagged it behind
        if column == "O" or re.fullmatch(r"[BIESM]-\S+", column):
            return columns[columns[0].isdigit() and len(columns) > 2], column
    raise SetError(f"{where}: no column is a tag (O, B-PER, I-PER …)")


def _of_tokens(tokens: Sequence[tuple[str, str]], written: str, group: str) -> Row:
    text, places = _joined([word for word, _tag in tokens], written)
    labels: list[Label] = []
    kind = ""
    for (_word, tag), (start, end) in zip(tokens, places, strict=True):
        prefix, _, named = tag.partition("-")
        if prefix in ("I", "E", "M") and named == kind and labels:
            labels[-1] = Label(labels[-1].start, end, labels[-1].type)
        elif prefix != "O":
            labels.append(Label(start, end, _ours(named)))
        kind = named
    return Row(text, tuple(labels), group)


def _joined(words: Iterable[str], written: str) -> tuple[str, list[tuple[int, int]]]:
    """The text and where each word stands in it: as it was written, or as one would."""
    words = list(words)
    places, at = [], 0
    for word in words:
        start = written.find(word, at)
        if start < 0:
            break
        at = start + len(word)
        places.append((start, at))
    if written and len(places) == len(words):
        return written, places
    text, places = "", []
    for word in words:
        joins = not text or (_CJK.match(word) and _CJK.match(text[-1])) or word in _NO_BLANK_BEFORE
        text += word if joins or text[-1] in "([{“‘" else f" {word}"
        places.append((len(text) - len(word), len(text)))
    return text, places


def _ours(label: str) -> str:
    return LABELS.get(label.upper(), "")
