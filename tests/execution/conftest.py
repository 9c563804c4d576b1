"""Wrapped programs that are gone when their test is."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.wrapped import Wrapped


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    """What the platform writes into logs."""
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def wrapped(tmp_path: Path) -> Iterator[Callable[..., Wrapped]]:
    """Makes a wrapped script, by default in a folder of the test's own."""
    made: list[Wrapped] = []

    def make(script: str, *, root: Path | None = None, **options: Any) -> Wrapped:
        made.append(Wrapped(root or tmp_path / f"run{len(made)}", script, **options))
        return made[-1]

    yield make
    for one in made:
        one.clear()


@pytest.fixture
def memory_disk() -> Iterator[Path]:
    """A folder on a tmpfs."""
    folder = Path(tempfile.mkdtemp(prefix="llm-platform-", dir="/dev/shm"))
    yield folder
    shutil.rmtree(folder)
