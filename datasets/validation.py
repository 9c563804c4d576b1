"""Checks of JSONL files: which lines are not UTF-8, not JSON, or not an object."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MAX_PROBLEMS_KEPT = 100
MAX_LINE_BYTES = 16 * 1024 * 1024


@dataclass
class Report:
    """What a check found; `problems` holds the first hundred."""

    lines: int = 0
    problem_count: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)

    def add(self, code: str, detail: str) -> None:
        self.problem_count += 1
        if len(self.problems) < MAX_PROBLEMS_KEPT:
            self.problems.append({"line": self.lines, "code": code, "detail": detail})


def check_jsonl(path: Path) -> Report:
    """Read the file line by line (at most one line in memory)."""
    report = Report()
    with path.open("rb") as file:
        while line := file.readline(MAX_LINE_BYTES + 1):
            report.lines += 1
            if len(line) > MAX_LINE_BYTES:
                report.add("too_long", str(MAX_LINE_BYTES))
                while line and not line.endswith(b"\n"):
                    line = file.readline(MAX_LINE_BYTES)
                continue
            _check_line(line.removeprefix(b"\xef\xbb\xbf") if report.lines == 1 else line, report)
    return report


def _check_line(line: bytes, report: Report) -> None:
    if not line.strip():
        return
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        report.add("not_utf8", str(error.start + 1))
    except json.JSONDecodeError as error:
        report.add("not_json", f"{error.msg} ({error.colno})")
    except (ValueError, RecursionError) as error:
        report.add("not_json", str(error)[:120])
    else:
        if not isinstance(value, dict):
            report.add("not_object", type(value).__name__)
