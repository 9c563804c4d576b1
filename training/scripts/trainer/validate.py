"""Checks a configuration against the schema: what is wrong, in which line, and what is allowed."""

from __future__ import annotations

import difflib
import math
import reprlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import yaml

from .read_yaml import BAD_YAML, NOT_UTF8, Unreadable, read_yaml
from .schema import FREE_KEYS, REQUIRED, SECTIONS, Key, keys_for, method_of

MAX_BYTES = 5 * 1024 * 1024
MAX_PROBLEMS = 50  # nobody reads more, and looking for a likely meant key takes time
MAX_KEY = 100
MAX_TEXTS = 1000
MAX_CHARACTERS = 100_000
ERROR, WARNING = "error", "warning"
Lines = dict[str, int]
TEXTS: dict[str, tuple[str, str]] = {
    "too_large": ("the file is larger than 5 MiB", "文件大于 5 MiB"),
    "too_complex": ("too many values or aliases", "值或别名过多"),
    "bad_yaml": ("not valid YAML: %(why)s", "不是合法的 YAML：%(why)s"),
    "not_mapping": ("%(path)s must be a mapping (key: value)", "%(path)s 必须是映射（键: 值）"),
    "wrong_type": (
        "%(path)s must be %(allowed)s, not %(value)s", "%(path)s 应为：%(allowed)s，而不是 %(value)s",
    ),
    "duplicate": ("%(path)s is given twice; the last one counts", "%(path)s 重复出现，以最后一个为准"),
    "unknown": ("unknown key %(path)s is ignored", "未知的键 %(path)s 被忽略"),
    "unknown_near": (
        "unknown key %(path)s is ignored; did you mean %(near)s?",
        "未知的键 %(path)s 被忽略；您是否想写 %(near)s？",
    ),
    "unused": ("%(path)s has no effect with %(method)s", "%(path)s 对 %(method)s 无效"),
    "missing": ("%(path)s is needed for %(method)s", "%(method)s 需要 %(path)s"),
}  # fmt: skip
KINDS = {
    "int": ("a whole number", "整数"),
    "float": ("a number", "数字"),
    "bool": ("true or false", "true 或 false"),
    "text": ("text", "文本"),
    "file": ("a file's name", "文件名"),
    "model": ("a model's name or folder", "模型名称或目录"),
    "names": ("a list of names or all-linear", "名称列表或 all-linear"),
    "texts": ("a list of texts", "文本列表"),
}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a key. `line` counts from 1; None for the file as a whole."""

    level: str
    path: str
    line: int | None
    code: str
    params: dict[str, str] = field(default_factory=dict)
    key: Key | None = None

    def message(self, language: str = "en") -> str:
        chinese = language.startswith("zh")
        path = self.path if len(self.path) <= MAX_KEY else f"{self.path[:MAX_KEY]}…"
        params = {"path": path, **self.params}
        if self.key is not None:
            params["allowed"] = allowed(self.key, language)
        text = TEXTS[self.code][chinese] % params
        if self.line is None:
            return text
        return f"第 {self.line} 行：{text}" if chinese else f"line {self.line}: {text}"


@dataclass
class Checked:
    """`values`: section to key to value, defaults filled in; empty where nothing could be read.

    `lines`: where each section and key stands, by dotted key, from 1.
    """

    document: dict[str, Any] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lines: Lines = field(default_factory=dict)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == ERROR]


class Unfit(Exception):
    """A value that is not of its key's kind or range."""


def allowed(key: Key, language: str = "en") -> str:
    """What a key takes, in words: `a whole number of at least 1`."""
    chinese = language.startswith("zh")
    if key.choices:
        words = ", ".join(key.choices)
        return f"{words} 之一" if chinese else f"one of {words}"
    text = KINDS[key.kind][chinese]
    if key.low is not None and key.high is not None:
        low, high = f"{key.low:g}", f"{key.high:g}"
        return f"{low} 到 {high} 的{text}" if chinese else f"{text} from {low} to {high}"
    if key.low is not None:
        return f"不小于 {key.low:g} 的{text}" if chinese else f"{text} of at least {key.low:g}"
    return text


def check(data: bytes, name: str) -> Checked:
    """Read and check a configuration; never raises. `name` stands for the file in messages."""
    try:
        document, lines, duplicates = _read(data, name)
    except Refused as refused:
        return Checked(problems=[refused.problem])
    method = method_of(document)
    found = Checked(document, lines=lines)
    found.problems += duplicates
    for section, keys in SECTIONS.items():
        found.values[section] = _section(document, section, keys, lines, found.problems)
    found.problems += islice(_unknown(document, lines), MAX_PROBLEMS)
    found.problems += _unused(document, method, lines)
    found.problems += _missing(found.values["model"], method)
    found.problems.sort(key=lambda problem: (problem.level != ERROR, problem.line or 0))
    del found.problems[MAX_PROBLEMS:]
    return found


class Refused(Exception):
    def __init__(self, code: str, name: str, line: int | None = None, **params: str) -> None:
        super().__init__(code)
        self.problem = Problem(ERROR, name, line, code, params)


def _read(data: bytes, name: str) -> tuple[dict[str, Any], Lines, list[Problem]]:
    if len(data) > MAX_BYTES:
        raise Refused("too_large", name)
    try:
        document, root = read_yaml(data)
    except Unreadable as error:
        why = "not UTF-8" if error.code == NOT_UTF8 else error.why
        code = BAD_YAML if error.code == NOT_UTF8 else error.code
        raise Refused(code, name, error.line, why=why) from error
    if not isinstance(document, dict) or not isinstance(root, yaml.MappingNode):
        raise Refused("not_mapping", name, 1)
    lines: Lines = {}
    return document, lines, list(_note_lines(root, lines))


def _note_lines(root: yaml.MappingNode, lines: Lines) -> Iterator[Problem]:
    """Fill `lines` with where each section and key stands; yields keys given twice."""
    for key, value in root.value:
        path = str(getattr(key, "value", ""))
        if path in lines:
            yield Problem(WARNING, path, key.start_mark.line + 1, "duplicate")
        lines[path] = key.start_mark.line + 1
        if not isinstance(value, yaml.MappingNode):
            continue
        for inner, _value in value.value:
            inner_path = f"{path}.{getattr(inner, 'value', '')}"
            if inner_path in lines:
                yield Problem(WARNING, inner_path, inner.start_mark.line + 1, "duplicate")
            lines[inner_path] = inner.start_mark.line + 1


def _section(
    document: dict[str, Any],
    name: str,
    keys: tuple[Key, ...],
    lines: Lines,
    problems: list[Problem],
) -> dict[str, Any]:
    given = document.get(name)
    if given is not None and not isinstance(given, dict):
        problems.append(Problem(ERROR, name, lines.get(name), "not_mapping"))
        given = None
    values = {}
    for key in keys:
        try:
            values[key.name] = fit(key, (given or {}).get(key.name))
        except Unfit:
            shown = {"value": _shown((given or {}).get(key.name))}
            line = lines.get(key.path)
            problems.append(Problem(ERROR, key.path, line, "wrong_type", shown, key))
            values[key.name] = key.default
    return values


_brief = reprlib.Repr()
_brief.maxlevel, _brief.maxstring, _brief.maxother = 2, 60, 60


def _shown(value: Any) -> str:
    """A few characters of any value, however large it would be written out."""
    try:
        return _brief.repr(value)[:80]
    except ValueError:  # an integer of more digits than Python writes
        return "…"


def fit(key: Key, value: Any) -> Any:
    """`value` as the key's kind; its default for None. Raises Unfit."""
    if value is None:
        return key.default
    if key.kind in ("int", "float"):
        return _number(key, value)
    if key.kind == "bool":
        fits = isinstance(value, bool)
    elif key.kind in ("names", "texts"):
        fits = (key.kind == "names" and value == "all-linear") or _is_texts(value)
    else:
        fits = isinstance(value, str) and (not key.choices or value in key.choices)
    if not fits:
        raise Unfit
    return value


def _is_texts(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 0 < len(value) <= MAX_TEXTS
        and all(isinstance(one, str) for one in value)
        and sum(map(len, value)) <= MAX_CHARACTERS
    )


def _number(key: Key, value: Any) -> int | float:
    """YAML 1.1 reads 5e-5 as text, and people write it."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unfit
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise Unfit from None
    whole = key.kind == "int"
    if not math.isfinite(number) or (whole and number != int(number)):
        raise Unfit
    if (key.low is not None and number < key.low) or (key.high is not None and number > key.high):
        raise Unfit
    return int(number) if whole else number


def _unknown(document: dict[str, Any], lines: Lines) -> Iterator[Problem]:
    sections = [*SECTIONS, *FREE_KEYS]
    for name, section in document.items():
        if name not in sections:
            yield _not_known(str(name), sections, lines)
        elif name in SECTIONS and isinstance(section, dict):
            known = [key.path for key in SECTIONS[name]]
            for key in section:
                if f"{name}.{key}" not in known:
                    yield _not_known(f"{name}.{key}", known, lines)


def _not_known(path: str, known: list[str], lines: Lines) -> Problem:
    near = difflib.get_close_matches(path, known, n=1) if len(path) <= MAX_KEY else []
    code, params = ("unknown_near", {"near": near[0]}) if near else ("unknown", {})
    return Problem(WARNING, path, lines.get(path), code, params)


def _unused(document: dict[str, Any], method: str, lines: Lines) -> Iterator[Problem]:
    read = {key.path for key in keys_for(method)}
    for name, keys in SECTIONS.items():
        given = document.get(name)
        for key in keys:
            if isinstance(given, dict) and key.name in given and key.path not in read:
                params = {"method": method}
                yield Problem(WARNING, key.path, lines.get(key.path), "unused", params)


def _missing(models: dict[str, Any], method: str) -> Iterator[Problem]:
    params = {"method": method}
    if method == "reward" and not (models["base"] or models["policy"]):
        yield Problem(ERROR, "model.base", None, "missing", params)
    for role in REQUIRED.get(method, ()):
        if not models[role]:
            yield Problem(ERROR, f"model.{role}", None, "missing", params)
