"""Files that are not what they should be: nothing stays unread, and the report says what it was."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from deid.engine.formats.csv_records import records, value
from deid.engine.formats.encoding import Unreadable
from deid.engine.formats.json_pieces import is_sound
from deid.engine.formats.json_text import literals
from deid.engine.formats.rows import rows
from deid.engine.formats.shards import Plan
from deid.engine.replacement.tokens import restore
from tests.support.deid_lab import (
    CARD,
    NAME,
    NAMED_KEY,
    NUMBER,
    Lab,
    plan_for,
    seen_by_csv,
    several,
)

PLANTS = (NUMBER, CARD, f"姓名：{NAME}")
ENCODINGS = st.sampled_from(["utf-8", "gb18030"])


def rows_of(plan: Plan, content: bytes) -> list[Any]:
    found = []
    for number, (start, end) in enumerate(plan.shards):
        found += rows(plan, content[start:end].decode(plan.encoding), number)
    return found


PIECES = [
    "a", "1", " ", ",", ";", "\t", "|", '"', '""', "'", "\n", "\r\n", "\r", "说", '",', ',"', '"\n',
    "#", "=", "\\", "\ufeff", "x,y", '"a,b"', "张三", "\u2028", "é", "誠", "瀆",
]  # fmt: skip
crooked = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
cells = st.lists(st.sampled_from([*PIECES, ""]), max_size=3).map("".join)
tables = st.lists(st.lists(cells, min_size=2, max_size=3), max_size=8)
DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t|"),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        "lineterminator": st.sampled_from(["\n", "\r\n", "\r"]),
    }
)


def as_csv(table: list[list[str]], dialect: dict[str, Any]) -> str:
    target = io.StringIO()
    csv.writer(target, **dialect).writerows(table)
    return target.getvalue()


csv_texts = st.one_of(crooked, st.builds(as_csv, tables, DIALECTS))


@settings(several, max_examples=300)
@given(text=csv_texts, delimiter=st.sampled_from(",;\t|"))
def test_cells_are_those_of_the_csv_module_or_the_record_is_broken(
    text: str, delimiter: str
) -> None:
    found = list(records(text, delimiter))
    assert "".join(text[one.start : one.end] for one in found) == text
    for record in found:  # each alone: a broken one is no reason to distrust the others
        alone = text[record.start : record.end]
        own = [value(text[start:end]) for start, end in record.cells]
        theirs = seen_by_csv(alone, delimiter)
        event(f"broken: {record.broken}")
        assert record.broken or theirs in ([own], [[]] if own == [""] else [own])
    theirs = seen_by_csv(text, delimiter)
    assert len(theirs) == len(found)
    for record, cells_seen in zip(found, theirs, strict=True):
        own = [value(text[start:end]) for start, end in record.cells]
        assert record.broken or cells_seen == own or (own == [""] and not cells_seen)


@settings(several, max_examples=150)
@given(text=csv_texts, encoding=ENCODINGS)
def test_shards_of_csv_are_cut_at_records(tmp_path: Path, text: str, encoding: str) -> None:
    content = text.encode(encoding)
    plan = plan_for(tmp_path, content, ".csv", "csv")
    assume(plan.encoding == encoding or text.isascii())
    assert b"".join(content[start:end] for start, end in plan.shards) == content
    whole = text.removeprefix("\ufeff")
    expected = list(records(whole, plan.delimiter))
    found = rows_of(plan, content)
    assert "".join(row.write(row.texts) for row in found) == text
    good = [[value(whole[a:b]) for a, b in one.cells] for one in expected if not one.broken]
    assert [row.texts for row in found if not row.broken and row.texts] == good
    assert any(row.broken for row in found) == any(one.broken for one in expected)


values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
        st.sampled_from(["张三", "誠", "信誠", 'a"b', "\\", "\ud800", "}", "]", ","]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)  # fmt: skip
LAYOUTS = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([None, 1]),
        "ensure_ascii": st.booleans(),
        "separators": st.sampled_from([None, (",", ":")]),
    }
)
documents = st.builds(lambda value, layout: json.dumps(value, **layout), values, LAYOUTS)
arrays = st.builds(
    lambda many, layout: json.dumps(many, **layout), st.lists(values, max_size=12), LAYOUTS
)
MUTATIONS = [
    "", '"', "'", ",", "]", "}", "[", "{", "\\", "//x\n", "NaN", "\n", "{}", "\ufeff", ":", "\t", "#",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    text = draw(texts)
    at = draw(st.integers(0, len(text)))
    size = draw(st.sampled_from([0, 0, 1, 2, 10]))
    return text[:at] + draw(st.sampled_from(MUTATIONS)) + text[at + size :]


json_files = st.one_of(
    documents, arrays, mutated(documents), mutated(arrays), mutated(mutated(arrays))
)


def strings_and_keys(text: str) -> list[str]:
    """What the json module sees, in the order of the text."""
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, list) and value and value[0] is PAIRS:
            for key, inner in value[1:]:
                found.append(key)
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)
        elif isinstance(value, str):
            found.append(value)

    walk(json.loads(text, object_pairs_hook=lambda pairs: [PAIRS, *pairs]))
    return [one for one in found if one]


PAIRS = object()


def encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@settings(several, max_examples=300)
@given(text=json_files.filter(encodable), encoding=ENCODINGS)
def test_values_and_keys_are_those_of_the_json_module_or_the_row_is_broken(
    tmp_path: Path, text: str, encoding: str
) -> None:
    content = text.encode(encoding)
    try:
        plan = plan_for(tmp_path, content, ".json", "json")
    except Unreadable:
        assume(encoding == "utf-8")  # what nobody writes in Chinese is refused
        raise
    assume(plan.encoding == encoding or text.isascii())
    found = rows_of(plan, content)
    assert "".join(row.write(row.texts) for row in found) == text
    own = text.removeprefix("\ufeff").strip(" \t\r\n")
    is_broken = any(row.broken for row in found)
    event(f"broken: {is_broken}")
    assert is_broken == (not is_sound(own) and bool(text))
    if not is_broken and text:
        strings = [one.text for one in literals(text) if not one.is_number]
        assert strings == strings_and_keys(own)
        assert sum(len(row.texts) for row in found) == len(literals(text))


@settings(several, max_examples=150)
@given(lines=st.lists(st.one_of(documents, mutated(documents)).filter(encodable), max_size=6))
def test_lines_of_json_are_read_or_broken_one_by_one(tmp_path: Path, lines: list[str]) -> None:
    lines = [line.replace("\n", " ") for line in lines]
    content = "".join(f"{line}\n" for line in lines).encode()
    plan = plan_for(tmp_path, content, ".jsonl", "jsonl")
    found = rows_of(plan, content)
    assert "".join(row.write(row.texts) for row in found).encode() == content
    whole = [line.removeprefix("\ufeff") if not i else line for i, line in enumerate(lines)]
    sound = [is_sound(line.strip(" \t\r\n")) or not line.strip() for line in whole]
    assert any(row.broken for row in found) == (not all(sound))


def planted(texts: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, str]]:
    """A file with something personal anywhere in it, within a word, a quote, a comment."""

    @st.composite
    def build(draw: st.DrawFn) -> tuple[str, str]:
        text, plant = draw(texts.filter(encodable)), draw(st.sampled_from(PLANTS))
        at, sign = draw(st.integers(0, len(text))), draw(st.sampled_from(" '\n，"))
        return text[:at] + sign + plant + sign + text[at:], plant

    return build()


PLANTED = st.one_of(
    st.tuples(st.just((".csv", "csv")), planted(csv_texts)),
    st.tuples(st.just((".json", "json")), planted(json_files)),
    st.tuples(st.just((".jsonl", "jsonl")), planted(mutated(documents))),
    st.tuples(st.just((".txt", "text")), planted(crooked)),
)


@settings(several, max_examples=100)
@given(case=PLANTED)
def test_what_stands_anywhere_in_a_file_is_found_and_does_not_survive(
    lab: Lab, case: tuple[tuple[str, str], tuple[str, str]]
) -> None:
    (suffix, format), (text, plant) = case
    looked_for = NAME if NAME in plant else plant
    made, report = lab.run(text.encode(), suffix, format)
    assert looked_for not in made.decode()
    assert made.count(b"\n") == text.count("\n") and report["entities"]
    _made, scanned = lab.run(text.encode(), suffix, format, kind="scan")
    assert scanned["entities"] and scanned["broken"] == report["broken"]
    for told in (report, scanned):
        assert plant not in json.dumps(told, ensure_ascii=False)
    sealed, _report = lab.run(text.encode(), suffix, format, default="encrypt", key="k")
    assert looked_for not in sealed.decode()
    assert restore(NAMED_KEY, sealed.decode()) == text
