"""The measuring of quality: sets in the forms that others keep, and figures one can check by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.deid.quality.measures import Figures, intervals, judge, total
from benchmarks.deid.quality.sets import Label, Row, SetError, read
from deid.engine.recognition.types import Span

UNER = """# newdoc id = a
# sent_id = a-1
# text = Ann Lee's here.
1\tAnn\tB-PER\t-\t-
2\tLee\tI-PER\t-\t-
3\t's\tO\t-\t-
4\there\tO\t-\t-
5\t.\tO\t-\t-

# sent_id = a-2
# text = Paris!
1\tParis\tB-LOC\t-\t-
2\t!\tO\t-\t-
"""
CHARACTERS = "张 B-PER.NAM\n三 I-PER.NAM\n说 O\n朋 B-PER.NOM\n友 I-PER.NOM\n\n"
CONLL = "-DOCSTART- -X- -X- O\n\nU.N. NNP I-NP I-ORG\nofficial NN I-NP O\nEkeus NNP I-NP I-PER\n"
RESEARCH = [
    {
        "full_text": "Call Bo on 1",
        "template_id": 7,
        "spans": [
            {"entity_type": "PERSON", "start_position": 5, "end_position": 7},
            {"entity_type": "TITLE", "start_position": 0, "end_position": 4},
        ],
    }
]


def written(folder: Path, name: str, text: str) -> list[tuple[str, list[tuple[str, str]], str]]:
    path = folder / name
    path.write_text(text, "utf-8")
    return [
        (row.text, [(row.text[one.start : one.end], one.type) for one in row.labels], row.group)
        for row in read(path)
    ]


def test_columns_are_read_with_the_blanks_that_were_there(tmp_path: Path) -> None:
    assert written(tmp_path, "x.iob2", UNER) == [
        ("Ann Lee's here.", [("Ann Lee", "PERSON")], "a"),
        ("Paris!", [("Paris", "LOCATION")], "a"),
    ]
    text, labels, _ = written(tmp_path, "x.conll", CONLL)[0]
    assert (text, labels) == (
        "U.N. official Ekeus", [("U.N.", "ORGANIZATION"), ("Ekeus", "PERSON")],
    )  # fmt: skip
    text, labels, _ = written(tmp_path, "x.bio", CHARACTERS)[0]
    assert (text, labels) == ("张三说朋友", [("张三", "PERSON"), ("朋友", "")])


def test_json_of_research_and_ours_is_read(tmp_path: Path) -> None:
    assert written(tmp_path, "x.json", json.dumps(RESEARCH)) == [
        ("Call Bo on 1", [("Bo", "PERSON"), ("Call", "")], "7")
    ]
    ours = {"text": "李四", "entities": [{"start": 0, "end": 2, "type": "PERSON"}], "id": "a"}
    assert written(tmp_path, "x.jsonl", json.dumps(ours) + "\n")[0][1] == [("李四", "PERSON")]
    with pytest.raises(SetError, match="line 1"):
        written(tmp_path, "x.txt", "no tags here\n")


def test_figures_are_what_they_are_called() -> None:
    rows = [
        Row("Ann Lee met Bo and Cy", (Label(0, 7, "PERSON"), Label(12, 14, "PERSON")), "1"),
        Row("Cy slept, friend", (Label(0, 2, "PERSON"), Label(10, 16, "")), "2"),
    ]
    found = [
        [Span(0, 3, "PERSON", 0.9), Span(12, 14, "PERSON", 0.9), Span(19, 21, "PERSON", 0.9)],
        [Span(0, 2, "ORGANIZATION", 0.9), Span(10, 16, "PERSON", 0.9)],  # unclear: not counted
    ]
    counts, wrong = judge(rows, found, ["PERSON"])
    figures = Figures.of(total(counts, "PERSON"))
    assert figures.precision == pytest.approx(2 / 3) and figures.recall == pytest.approx(2 / 3)
    assert figures.leak == pytest.approx(1 / 3)  # Lee can be read; Cy is hidden, if as a firm
    assert figures.exact == pytest.approx(2 / 6) and figures.f2 == pytest.approx(2 / 3)
    assert sorted((one.kind, one.text) for one in wrong) == [
        ("extra", "Cy"), ("missed", "Cy"), ("part", "Ann Lee"),
    ]  # fmt: skip
    low, high = intervals(counts, "PERSON")["recall"]
    assert low == 0.0 and high == 1.0
