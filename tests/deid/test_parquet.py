"""Parquet: values of every type are read, and what cannot be read is refused by name."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.engine.formats.encoding import Unreadable
from tests.support.deid_lab import CARD, NUMBER, Lab, several


def written(tmp_path: Path, table: Any) -> bytes:
    target = tmp_path / "source.parquet"
    parquet.write_table(table, target, row_group_size=2)
    return target.read_bytes()


columns = st.one_of(
    st.tuples(st.just(arrow.string()), st.sampled_from(["", "x", "张三", None])),
    st.tuples(st.just(arrow.large_string()), st.sampled_from(["", "x", None])),
    st.tuples(st.just(arrow.dictionary(arrow.int32(), arrow.string())), st.just("x")),
    st.tuples(st.just(arrow.binary()), st.sampled_from([b"", b"x", None])),
    st.tuples(st.just(arrow.list_(arrow.string())), st.sampled_from([[], ["x", None], None])),
    st.tuples(st.just(arrow.map_(arrow.string(), arrow.string())), st.just([("k", "v")])),
    st.tuples(st.just(arrow.struct([("n", arrow.string())])), st.sampled_from([{"n": "x"}, None])),
    st.tuples(st.just(arrow.bool_()), st.sampled_from([True, None])),
    st.tuples(st.just(arrow.float64()), st.sampled_from([0.5, float("inf"), None])),
    st.tuples(st.just(arrow.timestamp("ns")), st.sampled_from([1, None])),
)  # fmt: skip
PLANTED_VALUES: list[tuple[Any, Any]] = [
    (arrow.string(), f"x {NUMBER}"), (arrow.large_string(), CARD), (arrow.binary(), NUMBER.encode()),
    (arrow.int64(), int(NUMBER)), (arrow.float64(), float(NUMBER)),
    (arrow.list_(arrow.string()), [None, CARD]),
    (arrow.map_(arrow.string(), arrow.int64()), [(CARD, 1)]),
    (arrow.map_(arrow.string(), arrow.string()), [("k", CARD)]),
    (arrow.struct([("n", arrow.list_(arrow.int64()))]), {"n": [int(NUMBER)]}),
    (arrow.dictionary(arrow.int32(), arrow.string()), NUMBER),
    (arrow.decimal128(15, 0), Decimal(NUMBER)),
]  # fmt: skip


@settings(several, max_examples=30)
@given(
    rest=st.lists(columns, max_size=3), plant=st.sampled_from(PLANTED_VALUES),
    rows_before=st.integers(0, 3),
)  # fmt: skip
def test_values_of_parquet_of_any_type_are_read_and_others_stay(
    lab: Lab, tmp_path: Path, rest: list[tuple[Any, Any]], plant: tuple[Any, Any], rows_before: int
) -> None:
    count = rows_before + 1
    arrays = [arrow.array([value] * count, kind) for kind, value in rest]
    arrays.append(arrow.array([None] * rows_before + [plant[1]], plant[0]))
    table = arrow.Table.from_arrays(arrays, names=[f"c{n}" for n in range(len(arrays))])
    content = written(tmp_path, table)
    made, report = lab.run(content, ".parquet", "parquet")
    new = parquet.read_table(io.BytesIO(made))
    assert new.schema == parquet.read_table(io.BytesIO(content)).schema
    assert new.select(range(len(rest))).equals(table.select(range(len(rest)))) or "张三" in str(
        rest
    )
    seen = str(new.to_pylist() if not any("timestamp" in str(k) for k, _ in rest) else new[-1])
    assert report["entities"] and NUMBER not in seen and CARD not in seen
    assert lab.run(content, ".parquet", "parquet", kind="scan")[1]["entities"]


@pytest.mark.parametrize(
    ("table", "policy", "code"),
    [
        (arrow.table({"image": [b"\x89PNG\xff"]}), {}, "parquet_binary"),
        (arrow.table({CARD: ["x"]}), {}, "parquet_names"),
        (arrow.table({"s": [{NUMBER: 1}]}), {}, "parquet_names"),
        (arrow.table({"n": [int(NUMBER)]}), {"default": "encrypt", "key": "k"}, "parquet_value"),
    ],
)  # fmt: skip
def test_parquet_that_cannot_be_read_whole_is_refused_by_name(
    lab: Lab, tmp_path: Path, table: Any, policy: dict[str, Any], code: str
) -> None:
    content = written(tmp_path, table)
    with pytest.raises(Unreadable) as refused:
        lab.run(content, ".parquet", "parquet", **policy)
    assert refused.value.code == code


def test_metadata_of_parquet_is_read_and_left_out_where_it_tells(lab: Lab, tmp_path: Path) -> None:
    for table in (arrow.table({"a": ["x"]}), arrow.table({"a": arrow.array([], arrow.string())})):
        told = table.replace_schema_metadata({"by": f"电话{NUMBER}", "pandas": '{"columns": []}'})
        content = written(tmp_path, told)
        made, report = lab.run(content, ".parquet", "parquet")
        assert NUMBER.encode() not in made and report["types"] == {"PHONE_NUMBER": 1}
        assert parquet.read_schema(io.BytesIO(made)).metadata == {b"pandas": b'{"columns": []}'}
