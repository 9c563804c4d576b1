"""Files by the job's program itself: every format, crashes, and the same bytes each time."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

from deid.engine.job.spec import Folder, Spec
from deid.engine.replacement.tokens import restore
from tests.support.live_platform import ROOT, wait_for

TEXT = "我叫李小明，电话13800138000，今天真高兴。"


def begin(folder: Path, source: Path, format: str, **policy: Any) -> Folder:
    folder.mkdir(parents=True, exist_ok=True)
    job = Folder(folder)
    job.shards.mkdir(exist_ok=True)
    job.call_key.write_text("11" * 32)
    content = {"default": "surrogate", **policy}
    job.write_spec(Spec("deidentify", str(source), format, content, 2, date.today().isoformat()))
    return job


def start(job: Folder) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "deid.engine.job", str(job.root)], cwd=ROOT,
                            start_new_session=True)  # fmt: skip


def run(tmp_path: Path, name: str, content: bytes, format: str, **policy: Any) -> tuple[bytes, Any]:
    source = tmp_path / name
    source.write_bytes(content)
    job = begin(tmp_path / "job", source, format, **policy)
    assert start(job).wait(120) == 0
    return job.output.read_bytes(), json.loads(job.report.read_bytes())


def test_jsonl_keeps_structure_keys_and_line_count(tmp_path: Path) -> None:
    rows = [
        {"messages": [{"role": "user", "content": TEXT}, {"role": "assistant", "content": "好的"}]},
        {"李小明": "key", "n": 12, "nested": {"name": "高兴", "list": ["13900139000", None, True]}},
        {"text": '\u2028 é \\ " / \ud800'},
    ]
    lines = [json.dumps(row, ensure_ascii=number == 2) for number, row in enumerate(rows)]
    content = ("\n".join([*lines, "", "not json 李小明 13800138000"]) + "\r\n").encode()
    made, report = run(tmp_path, "a.jsonl", content, "jsonl")
    text = made.decode()
    assert text.count("\n") == content.count(b"\n") and text.endswith("\r\n")
    new = [json.loads(line) for line in text.split("\n")[:3]]
    assert new[0]["messages"][1] == {"role": "assistant", "content": "好的"}
    assert "高兴" in new[0]["messages"][0]["content"]
    assert "李小明" not in new[0]["messages"][0]["content"] and "13800138000" not in text
    assert list(new[1])[1:] == ["n", "nested"] and "李小明" not in text and new[1]["n"] == 12
    assert new[1]["nested"]["name"] != "高兴" and new[1]["nested"]["list"][1:] == [None, True]
    assert new[2] == rows[2]
    assert (report["lines"], report["broken"]) == (5, 1)
    assert report["places"]["PERSON messages.content"] == 1
    sample = report["samples"]["PHONE_NUMBER"][0]
    assert sample["line"] == 1 and "13800138000" not in sample["masked"]


def test_csv_keeps_quotes_and_columns(tmp_path: Path) -> None:
    head = "姓名,电话,备注\r\n"
    rows = '高兴,13800138000,"说""好"", 真高兴\n第二行"\r\n李小明,,x\r\n'
    made, report = run(tmp_path, "a.csv", (head + rows).encode("utf-8-sig"), "csv")
    parsed = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    assert parsed[0] == ["姓名", "电话", "备注"]
    assert len(parsed) == 3 and [len(row) for row in parsed] == [3, 3, 3]
    assert parsed[1][0] != "高兴" and parsed[1][1] != "13800138000"
    assert parsed[1][2].startswith('说"好"') and parsed[2][2] == "x"
    assert report["places"]["PERSON 姓名"] == 2


def test_a_chinese_csv_of_excel_stays_in_its_encoding(tmp_path: Path) -> None:
    made, report = run(
        tmp_path, "a.csv", "姓名,电话\n李小明,13800138000\n".encode("gb18030"), "csv"
    )
    assert report["encoding"] == "gb18030"
    assert made.decode("gb18030").startswith("姓名,电话\n") and "李小明" not in made.decode(
        "gb18030"
    )


def test_text_and_markdown(tmp_path: Path) -> None:
    made, report = run(tmp_path, "a.txt", f"{TEXT}\n\n第二段\n".encode(), "text")
    assert made.decode().endswith("今天真高兴。\n\n第二段\n") and "李小明".encode() not in made
    assert report["lines"] == 3


def test_a_json_array_is_worked_on_element_by_element(tmp_path: Path) -> None:
    rows = [{"i": i, "t": f"{TEXT}{i}"} for i in range(3000)]
    content = json.dumps(rows, ensure_ascii=False, indent=1).encode()
    made, report = run(tmp_path, "a.json", content, "json")
    new = json.loads(made)
    assert [row["i"] for row in new] == list(range(3000)) and "李小明".encode() not in made
    assert report["rows"] == 3000 and len(list((tmp_path / "job/shards").glob("*.json"))) > 1


def test_parquet_keeps_its_schema(tmp_path: Path) -> None:
    table = arrow.table(
        {
            "id": [1, 2, 3], "text": [TEXT, None, "无"],
            "tags": [["李小明"], [], None], "who": [{"name": "高兴"}, None, {"name": None}],
        }
    )  # fmt: skip
    source = tmp_path / "a.parquet"
    parquet.write_table(table, source, row_group_size=2)
    job = begin(tmp_path / "job", source, "parquet")
    assert start(job).wait(120) == 0
    new = parquet.read_table(job.output)
    assert new.schema == table.schema and new["id"].to_pylist() == [1, 2, 3]
    assert "李小明" not in str(new.to_pylist()) and new["text"].to_pylist()[1:] == [None, "无"]
    assert new["who"].to_pylist()[0] != {"name": "高兴"}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("a.txt", b"\xff\xfe\x00\xff\xff", "encoding"), ("a.parquet", b"PAR1x", "parquet")],
)  # fmt: skip
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    source = tmp_path / name
    source.write_bytes(content)
    formats = {".txt": "text", ".parquet": "parquet"}
    job = begin(tmp_path / "job", source, formats[source.suffix])
    assert start(job).wait(60) == 3
    assert json.loads((job.root / "error.json").read_bytes())["code"] == code
    assert not job.output.exists()


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        (
            "a.jsonl",
            '{"t": "密码：pa\\"ss1234 \\u5f20\\u4e09 \\/", "n": 13800138000, "张三": "李小明"}\r\nx 李小明\n',
            "jsonl",
        ),
        ("a.json", '[{"t":"李小明\\n13800138000"} , 13911112222 ]', "json"),
        ("a.csv", '姓名,备注\r\n李小明,"说""密码：pa""ss1234"\r\n高兴,=x\r\n', "csv"),
        ("a.txt", "我叫李小明。\r\n[[PERSON:e1:00000000:AAAA]]\n\n13800138000", "text"),
    ],
)
def test_a_reversible_policy_gives_back_every_byte(
    tmp_path: Path, name: str, content: str, format: str
) -> None:
    key = tmp_path / "k.key"
    key.write_text("22" * 32)
    source = tmp_path / name
    source.write_bytes(content.encode())
    job = begin(tmp_path / "job", source, format, default="encrypt", key="k")
    spec = job.spec()
    job.write_spec(Spec(**{**vars(spec), "key_file": str(key)}))
    assert start(job).wait(60) == 0
    made = job.output.read_bytes().decode()
    assert "李小明" not in made and "13800138000" not in made
    if format in ("json", "jsonl"):
        json.loads(made.split("\r\n")[0])
    assert restore(bytes.fromhex("22" * 32), made) == content


def test_an_empty_file_is_an_empty_file(tmp_path: Path) -> None:
    made, report = run(tmp_path, "a.jsonl", b"", "jsonl")
    assert made == b"" and report["rows"] == 0


def test_killed_at_any_moment_it_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    with source.open("w") as file:
        for number in range(12_000):
            row = {
                "id": number,
                "content": f"{number}号客户{TEXT}地址：杭州市文三路{number % 900 + 1}号",
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    whole = begin(tmp_path / "whole", source, "jsonl")
    assert start(whole).wait(240) == 0
    job = begin(tmp_path / "killed", source, "jsonl")
    for seconds, shards in ((0.3, 0), (1.2, 0), (0.0, 1), (0.0, 3)):
        process = start(job)
        time.sleep(seconds)
        wait_for(lambda least=shards: len(list(job.shards.glob("*.json"))) >= least, 120)
        assert process.poll() is None
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    done = {path.name: path.stat().st_mtime_ns for path in job.shards.glob("*.json")}
    assert start(job).wait(240) == 0
    assert job.output.read_bytes() == whole.output.read_bytes()
    assert json.loads(job.report.read_bytes()) == json.loads(whole.report.read_bytes())
    now = {path.name: path.stat().st_mtime_ns for path in job.shards.glob("*.json")}
    assert {name: now[name] for name in done} == done  # what was done was not done again


def test_workers_that_lose_their_parent_end(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_text(f'{{"t": "{TEXT}"}}\n' * 20_000)
    job = begin(tmp_path / "job", source, "jsonl")
    process = start(job)
    wait_for(lambda: any(job.shards.glob("*.json")), 60, "a shard is done")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    def alone() -> bool:
        listing = subprocess.run(["pgrep", "-g", str(process.pid)], capture_output=True)
        return listing.returncode == 1

    wait_for(alone, 20, "no process of the job is left")
