"""`manage.py describe_training`: writes docs/training-keys.md from the trainer's schema."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from training.scripts.trainer.schema import FREE_KEYS, METHODS, REQUIRED, SECTIONS, Key
from training.scripts.trainer.validate import allowed

Row = tuple[str, ...]

INTRODUCTION = """\
# Keys of a training configuration · 训练配置的键

Written by `manage.py describe_training` from `training/scripts/trainer/schema.py`; what they are
for is in [training](training.md). A key that is left out has its default. Where the column
*methods* is empty, all methods read the key; a key that the method does not read, or that nobody
knows, is warned of and ignored. A value that is not of its kind or out of its range is an error
that names the line.

由 `manage.py describe_training` 从 `training/scripts/trainer/schema.py` 生成；用途见
[训练](training.md)。省略的键取默认值。“methods”一栏为空表示所有方法都读取该键；
方法不读取的键或未知的键只给出警告并被忽略。类型或范围不符则报错并指明行号。
"""
EITHER_MODEL = ("base", "policy")  # reward takes whichever is given


class Command(BaseCommand):
    help = "Write docs/training-keys.md from the keys that the trainer reads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Only say whether it is current")

    def handle(self, *args: Any, **options: Any) -> None:
        path, text = Path(settings.BASE_DIR) / "docs" / "training-keys.md", document()
        if not options["check"]:
            path.write_text(text, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != text:
            raise SystemExit(f"not current: {path.name}; run manage.py describe_training")


def document() -> str:
    parts = [INTRODUCTION, _needs()]
    parts += [_section(name, keys) for name, keys in SECTIONS.items()]
    return "\n".join([*parts, _free()])


def _needs() -> str:
    rows = [(f"`{method}`", _models(method)) for method in (*METHODS, "merge")]
    return _titled("What a method needs · 各方法必需的键", ("method", "needs"), rows)


def _models(method: str) -> str:
    named = [f"`model.{role}`" for role in REQUIRED.get(method, EITHER_MODEL)]
    return (", " if method in REQUIRED else " or ").join(named)


def _section(name: str, keys: tuple[Key, ...]) -> str:
    head = ("key", "takes", "default", "methods", "what it is", "说明")
    return _titled(f"`{name}`", head, [_row(key) for key in keys])


def _row(key: Key) -> Row:
    methods = ", ".join(key.methods)
    return f"`{key.path}`", _takes(key), _default(key), methods, key.help_en, key.help_zh


def _takes(key: Key) -> str:
    if key.choices:
        return ", ".join(f"`{choice}`" for choice in key.choices)
    return f"{allowed(key, 'en')} · {allowed(key, 'zh').strip()}"


def _default(key: Key) -> str:
    """As it would be written in the file; nothing where there is none."""
    if key.default in (None, ""):
        return ""
    text = str(key.default)
    return f"`{text.lower() if key.kind == 'bool' else text}`"


def _free() -> str:
    rows = [(f"`{name}`", english, chinese) for name, (english, chinese) in FREE_KEYS.items()]
    return _titled("Outside the sections · 不属于任何段落", ("key", "what it is", "说明"), rows)


def _titled(title: str, head: Row, rows: Iterable[Row]) -> str:
    lines = [f"## {title}", "", _line(head), "|" + "---|" * len(head), *map(_line, rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Row) -> str:
    return f"| {' | '.join(cells)} |"
