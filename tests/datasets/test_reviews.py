"""Spot checks: rows drawn by a seed, judged by people, and what share of a file is clean."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
from django.contrib.auth.models import User
from django.test import Client

from core.accounts.actor import Actor
from core.errors import Forbidden, Invalid
from datasets.models import DatasetFile, Review
from datasets.reviews.services import review_draw, review_start
from datasets.reviews.share import Share
from datasets.services import upload_abort
from deid.engine.drawing import Drawn, draw
from tests.conftest import client_of
from tests.support.file_jobs import uploaded

ROWS = [{"n": number, "text": f"row {number}"} for number in range(500)]


def written(folder: Path, suffix: str) -> Path:
    path = folder / f"x{suffix}"
    if suffix == ".json":
        path.write_text(json.dumps(ROWS, indent=1))
    elif suffix == ".csv":
        cells = "".join(f'{row["n"]},"row\n{row["n"]}"\n' for row in ROWS)
        path.write_text("n,text\n" + cells)
    elif suffix == ".parquet":
        parquet.write_table(arrow.Table.from_pylist(ROWS), path, row_group_size=70)
    else:
        path.write_text("".join(f"{json.dumps(row)}\n\n" for row in ROWS))
    return path


FORMAT = {".jsonl": "jsonl", ".json": "json", ".csv": "csv", ".parquet": "parquet"}


def number_of(text: str, suffix: str) -> int:
    return int(text.partition(",")[0]) if suffix == ".csv" else int(json.loads(text)["n"])


@pytest.mark.parametrize("suffix", FORMAT)
def test_rows_of_each_format_are_whole_and_numbered(tmp_path: Path, suffix: str) -> None:
    path = written(tmp_path, suffix)
    drawn = draw(path, FORMAT[suffix], 40, 7)
    assert drawn.total == 500 and len(drawn.rows) == 40
    assert [number_of(text, suffix) + 1 for _number, text in drawn.rows] == [
        number for number, _text in drawn.rows
    ]
    assert drawn == draw(path, FORMAT[suffix], 40, 7) != draw(path, FORMAT[suffix], 40, 8)
    assert len(draw(path, FORMAT[suffix], 900, 7).rows) == 500


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_each_row_is_as_likely_as_any_other(tmp_path: Path, suffix: str) -> None:
    path = written(tmp_path, suffix)
    times = 60
    drawn: list[Drawn] = [draw(path, FORMAT[suffix], 50, seed) for seed in range(times)]
    tenths = Counter((number - 1) // 50 for one in drawn for number, _text in one.rows)
    expected = times * 50 / 10
    chi = sum((tenths[tenth] - expected) ** 2 / expected for tenth in range(10))
    assert chi < 27.9  # of 9 degrees of freedom: one in a thousand; the seeds are fixed


def test_the_interval_is_wilsons() -> None:
    share = Share(clean=48, judged=50, wanted=50)
    assert share.percent == 96 and share.low == pytest.approx(86.5, abs=0.1)
    assert share.high == pytest.approx(98.9, abs=0.1)
    assert (Share(0, 0, 5).low, Share(0, 0, 5).high) == (0, 100)
    assert Share(50, 50, 50).high == pytest.approx(100) and Share(50, 50, 50).low < 94


pytestmark = pytest.mark.django_db


@pytest.fixture
def file(alice: User, required: None) -> DatasetFile:
    lines = "".join(f"{json.dumps(row)}\n" for row in ROWS[:20])
    return uploaded(client_of(alice), "rows.jsonl", lines.encode())


@pytest.fixture
def review(alice: User, file: DatasetFile) -> Review:
    made = review_start(actor=Actor(alice, "session"), file=file, wanted=5, seed=3)
    review_draw(str(made.id))
    review_draw(str(made.id))  # a task may run twice
    made.refresh_from_db()
    return made


def test_rows_are_judged_and_the_share_is_shown_with_the_file(alice: User, review: Review) -> None:
    client: Client = client_of(alice)
    url = f"/datasets/reviews/{review.id}/"
    numbers = list(review.rows.values_list("number", flat=True))
    assert len(numbers) == 5 and review.total == 20
    verdicts = {f"row-{number}": "clean" for number in numbers[:4]}
    assert client.post(url, verdicts | {f"row-{numbers[4]}": "personal"}).status_code == 302
    page = client.get(url, headers={"Accept-Language": "en"}).content.decode()
    assert "80.0 %" in page and "95 %: 37.6 to 96.4 %" in page and "alice" in page
    client.post(url, {f"row-{numbers[4]}": ""})  # taken back
    detail = client.get(f"/datasets/{review.file.dataset_id}/").content.decode()
    assert "4 of 4 rows clean" in detail
    client.post(url, {f"row-{numbers[0]}": "perhaps", "row-999999": "clean"})
    assert review.rows.filter(verdict="clean").count() == 4


def test_only_those_who_may_change_the_dataset_judge(bob: User, review: Review) -> None:
    review.file.dataset.visibility = "everyone"
    review.file.dataset.save()
    page = client_of(bob).get(f"/datasets/reviews/{review.id}/").content.decode()
    assert "row " in page and 'type="radio"' not in page
    with pytest.raises(Forbidden):
        review_start(actor=Actor(bob, "session"), file=review.file, wanted=5)


@pytest.mark.parametrize("wanted", [0, 201])
def test_how_many_rows_is_bounded(alice: User, file: DatasetFile, wanted: int) -> None:
    with pytest.raises(Invalid, match="rows"):
        review_start(actor=Actor(alice, "session"), file=file, wanted=wanted)


def test_a_file_that_cannot_be_read_is_said(alice: User, file: DatasetFile) -> None:
    made = review_start(actor=Actor(alice, "session"), file=file, wanted=5)
    DatasetFile.objects.filter(id=file.id).update(stored_name="gone.jsonl")
    review_draw(str(made.id))
    page = client_of(alice).get(f"/datasets/reviews/{made.id}/", headers={"Accept-Language": "en"})
    assert "cannot be read" in page.content.decode()


def test_the_texts_go_with_the_file(alice: User, review: Review) -> None:
    upload_abort(actor=Actor(alice, "session"), upload_id=review.file.id)
    assert not Review.objects.exists()
