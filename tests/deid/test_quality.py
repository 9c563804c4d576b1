"""On the labelled corpus of benchmarks/deid, what the documentation promises."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.deid.network.evaluate import rates
from benchmarks.deid.network.gold import HELD_OUT
from benchmarks.deid.network.texts import written
from benchmarks.deid.network.world import World
from benchmarks.deid.score import count, figures, ours, rows
from deid.engine.recognition import types as t
from deid.engine.recognition.checksums import is_id_card, is_permanent_residence
from deid.engine.recognition.engine import analyse
from deid.engine.recognition.recall import Recall


@pytest.mark.parametrize(
    ("lang", "structured", "person", "address", "organisation"),
    [("zh", 0.99, 0.97, 0.95, 0.95), ("en", 0.98, 0.96, 0.94, 0.94)],
)
def test_f1_is_what_is_promised(
    lang: str, structured: float, person: float, address: float, organisation: float
) -> None:
    counts: Counter[tuple[str, str]] = count(rows(lang, None), ours)[0]
    assert figures(counts, t.STRUCTURED)[2] >= structured
    assert figures(counts, [t.PERSON])[2] >= person
    assert figures(counts, [t.ADDRESS])[2] >= address
    assert figures(counts, [t.ORGANIZATION])[2] >= organisation


def test_english_forms_that_trained_nothing_are_read() -> None:
    """Forms of ours that were kept aside, filled with names that mostly nobody bears."""
    texts = list(written(World(1), HELD_OUT, dict.fromkeys(("prose", "chat", "forms"), 150)))
    found = analyse([text for text, _spans in texts])
    person, address = (rates(texts, found, kind) for kind in ("PERSON", "ADDRESS"))
    assert person.f(2) >= 0.92 and person.leak <= 0.07, person
    assert address.recall >= 0.92, address


def test_english_forms_without_a_name_stay() -> None:
    texts = list(written(World(1), HELD_OUT, {"plain": 200}))
    found = analyse([text for text, _spans in texts], recall=Recall.PRECISE)
    names = [span for own in found for span in own if span.type in t.LINGUISTIC]
    assert len(names) <= 15, names


def test_no_number_with_a_wrong_check_digit_is_an_id_card_unless_it_is_said() -> None:
    for row, found in zip(
        rows("zh", None), ours([one["text"] for one in rows("zh", None)]), strict=True
    ):
        labels = {(one["start"], one["end"]) for one in row["entities"] if one["type"] == t.ID_CARD}
        for start, end, kind in found:
            number = "".join(filter(str.isalnum, row["text"][start:end])).upper()
            if kind == t.ID_CARD and len(number) == 18 and (start, end) not in labels:
                assert is_id_card(number) or is_permanent_residence(number), row["text"]
