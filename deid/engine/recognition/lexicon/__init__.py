"""Word lists: plain text files, read once."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def blocks(name: str | Path) -> dict[str, list[str]]:
    """Words by block: `[NAME]` lines open one, words are divided by commas, # is a comment."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in (HERE / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            current = found.setdefault(line.strip("[] "), [])
        elif not line.startswith("#"):
            current += [word.strip() for word in line.split(",") if word.strip()]
    return found
