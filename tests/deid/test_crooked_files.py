"""Files that are not what they should be: nothing stays unread, and the report says what it was."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from deid.engine.formats.csv_records import records, value
from deid.engine.formats.encoding import Unreadable
from deid.engine.formats.json_pieces import is_sound
from deid.engine.formats.json_text import literals
from deid.engine.formats.rows import rows
from deid.engine.formats.shards import Plan, plan_of
from deid.engine.replacement.tokens import restore
from tests.support.deid_lab import NAMED_KEY, Lab

NUMBER, CARD, NAME = "13800138000", "11010519491231002X", "高兴"
PLANTS = (NUMBER, CARD, f"姓名：{NAME}")
SMALL = 40  # bytes of a shard, so that a few lines are several
ENCODINGS = st.sampled_from(["utf-8", "gb18030"])
several = settings(
    max_examples=60, deadline=None, print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(tmp_path_factory.mktemp("lab") / "job", SMALL)


def plan_for(folder: Path, content: bytes, suffix: str, format: str) -> Plan:
    source = folder / f"source{suffix}"
    source.write_bytes(content)
    return plan_of(source, format, SMALL)


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


def seen_by_csv(text: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


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
    plan = plan_for(tmp_path, content, ".json", "json")
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


def test_a_cell_with_quotes_in_it_breaks_its_record_only(lab: Lab) -> None:
    bad = f'1,"客户说 "请打" 给张三, 身份证{CARD}",{NUMBER}'
    text = f'编号,说明,姓名\n{bad}\n2,好的,{NAME}\n3,"{NAME}" 来电,{NAME}\n'
    made, report = lab.run(text.encode(), ".csv", "csv")
    assert not [one for one in ("张三", CARD, NUMBER, NAME) if one in made.decode()]
    assert (report["broken"], report["broken_lines"]) == (2, [2, 4])
    assert made.decode().startswith('编号,说明,姓名\n1,"客户说 "请打" 给')


def test_without_a_row_of_names_nothing_is_kept_as_one(lab: Lab) -> None:
    text = "张三,男,北京市海淀区中关村大街1号\n李四,女,上海市浦东新区世纪大道100号\n"
    made, report = lab.run(text.encode(), ".csv", "csv")
    assert not [one for one in ("张三", "李四", "中关村", "世纪大道") if one in made.decode()]
    assert "张三" not in json.dumps(report, ensure_ascii=False)


@pytest.mark.parametrize(
    "head",
    [
        "姓名,a,b\n{},1\n", ",姓名：\n0,{}\n", "姓名,a,b\n{},1,2,\n李四,1,2,\n", "姓名\n{}\n",
        "# by 张三, 2024-01-01\n时间：2024-01-01,人：张三\n姓名,a,b\n{},1,2\nx,1,2\n",
        '"姓名" ,"b"\n{},"x"\n', "sep=;\r\n姓名;金额\r\n{};1,50\r\n", "\ufeff姓名,b\n{},c\n",
    ],
)  # fmt: skip
def test_the_row_of_names_is_known_where_rows_are_uneven(lab: Lab, head: str) -> None:
    made, report = lab.run(head.format(NAME).encode(), ".csv", "csv")
    assert NAME not in made.decode() and any("PERSON" in place for place in report["places"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_names_of_columns_tell_what_is_in_them_below_a_title(lab: Lab, delimiter: str) -> None:
    rows = [
        ["客户名单", "", ""],
        ["姓名", "金额", "备注"],
        [NAME, "1,50", '5" 屏'],
        ["黄金", "2,50", ""],
    ]
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL).writerows(rows)
    made, report = lab.run(target.getvalue().encode(), ".csv", "csv")
    assert report["places"]["PERSON 姓名"] == 2 and report["delimiter"] == delimiter
    assert NAME not in made.decode() and "黄金" not in made.decode()


def test_a_cell_beyond_the_csv_modules_limit_is_broken() -> None:
    for quoted in ("x\n" * 70_000, "x" * 140_000):
        text = f'a,"{quoted}"\nb,{NUMBER}\n'
        with pytest.raises(csv.Error):
            seen_by_csv(text, ",")
        found = list(records(text, ","))
        assert found[0].broken and "".join(text[one.start : one.end] for one in found) == text


@pytest.mark.parametrize(
    "text",
    [
        "[" + ", ".join(str({"name": "张三", "n": i}) for i in range(300)) + "]",
        f'// {NUMBER} 张三\n{{"a": 1}}', f'{{"a": 1,}}\n{{"t": "张三 {NUMBER}"}}',
        '{"t": "\\u5f20\\u4e09\\n13800138000"', "[" * 5000 + f'"张三 {NUMBER}"' + "]" * 5000,
        '{"t": "无", "t": "张三"}', '[{"t": "张三"}] 张三', "'张三'", '{"t": "张三\t"}',
    ],
)  # fmt: skip
def test_what_is_no_json_is_read_as_text(lab: Lab, text: str) -> None:
    made, report = lab.run(text.encode(), ".json", "json")
    assert report["broken"] and report["broken_lines"][0] == 1 and report["types"]["PERSON"]
    for original in ("张三", "\\u5f20\\u4e09", NUMBER):
        assert original not in made.decode()


def test_keys_tell_what_is_in_values_that_are_broken(lab: Lab) -> None:
    text = f'{{\n  "姓名": [\n    "{NAME}",\n    "黄金",\n  ],\n  \'客户姓名\':\n \'小艾\'\n}}\n'
    made, report = lab.run(text.encode(), ".json", "json")
    assert NAME not in made.decode() and "黄金" not in made.decode() and "小艾" not in made.decode()
    assert (report["broken"], report["lines"]) == (1, 8)


def test_keys_are_read_and_never_fall_together(lab: Lab) -> None:
    row = {
        "张三": 1,
        "李四": {NUMBER: 2},
        "姓名": "李",
        "行李": 3,
        "content": "张三来了",
        "王五_2": 4,
    }
    text = json.dumps(row, ensure_ascii=False) + "\n"
    made, report = lab.run(text.encode(), ".jsonl", "jsonl", default="replace")
    new = json.loads(made)
    assert list(new)[:5] == ["<姓名>", "<姓名>_2", "姓名", "行李", "content"] and len(new) == 6
    assert list(new["<姓名>_2"]) != [NUMBER] and NUMBER not in json.dumps(report)


ORDINARY = [
    "id",
    "name",
    "title",
    "content",
    "messages",
    "role",
    "user",
    "system",
    "assistant",
    "prompt",
    "completion",
    "chosen",
    "rejected",
    "instruction",
    "input",
    "output",
    "response",
    "score",
    "label",
    "text",
    "question",
    "answer",
    "history",
    "tools",
    "functions",
    "images",
    "lang",
    "source",
    "category",
    "split",
    "url",
    "date",
    "created_at",
    "updated_at",
    "status",
    "type",
    "tags",
    "phone",
    "email",
    "address",
    "birthday",
    "gender",
    "age",
    "city",
    "company",
    "amount",
    "price",
    "order_id",
    "customer",
    "note",
    "description",
    "summary",
    "metadata",
    "key",
    "value",
    "index",
    "rank",
    "version",
    "model",
    "conversations",
    "from",
    "human",
    "gpt",
    "context",
    "reference",
    "explanation",
    "reason",
    "first_name",
    "last_name",
    "department",
    "Name",
    "Phone",
    "Order_ID",
    "Date",
    "Text",
    "Label",
    "Grace",
    "May",
    "姓名",
    "电话",
    "手机号",
    "联系人",
    "地址",
    "备注",
    "性别",
    "年龄",
    "生日",
    "身份证号",
    "邮箱",
    "公司",
    "单位",
    "部门",
    "职位",
    "金额",
    "订单号",
    "商品",
    "规格",
    "状态",
    "时间",
    "日期",
    "城市",
    "客户",
    "客服",
    "问题",
    "回答",
    "内容",
    "标题",
    "类别",
    "标签",
    "来源",
    "编号",
    "序号",
    "学校",
    "病历号",
    "诊断",
    "科室",
    "医生",
    "主诉",
    "现病史",
    "温度",
    "高度",
    "张数",
    "方向",
    "周次",
    "黄金",
    "石油",
    "收件人",
    "发货地址",
    "快递单号",
    "银行卡号",
    "开户行",
    "合同编号",
    "行李",
]


def test_ordinary_names_of_fields_stay(lab: Lab) -> None:
    row = json.dumps(dict.fromkeys(ORDINARY, 1), ensure_ascii=False)
    assert lab.run(row.encode(), ".json", "json")[0].decode() == row
    head = ",".join(ORDINARY) + "\n"
    assert lab.run(head.encode(), ".csv", "csv")[0].decode() == head


TRADITIONAL = "客戶張三先生說，這個問題讓臺灣的學生們覺得難處理，關於聯繫資訊請參閱說明書。"


@pytest.mark.parametrize("text", ["婷婷\n", "姓名,电话\n高兴,1\n", TRADITIONAL * 9])
def test_gb18030_is_told_from_what_only_decodes_as_it(tmp_path: Path, text: str) -> None:
    assert plan_for(tmp_path, text.encode("gb18030"), ".txt", "text").encoding == "gb18030"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("我叫张三\n".encode() + "我叫李四\n".encode("gb18030"), "mixed"),
        (f"电话{NUMBER}".encode("utf-16"), "encoding"), ((TRADITIONAL * 4).encode("big5"), "encoding"),
        (NUMBER.encode("utf-16-le"), "nul"),
    ],
)  # fmt: skip
def test_what_would_be_read_as_other_characters_is_refused(
    tmp_path: Path, content: bytes, code: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        plan_for(tmp_path, content, ".txt", "text")
    assert refused.value.code == code
