"""Crooked files as people have them: exports of spreadsheets, loggers, programs that broke off."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from deid.engine.formats.csv_records import records
from deid.engine.formats.encoding import Unreadable
from tests.support.deid_lab import CARD, NAME, NUMBER, Lab, plan_for, seen_by_csv


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
