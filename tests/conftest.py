"""Fixtures named after people and things; settings that keep tests in folders of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.live_platform import LivePlatform


@pytest.fixture(autouse=True)
def own_folders(settings: object, tmp_path: Path) -> None:
    """Each test has its own storage and training directory."""
    for name in ("LLM_APP_STORAGE", "HOST_TRAINING_DIR", "PLATFORM_VAR"):
        folder = tmp_path / name.lower()
        folder.mkdir()
        setattr(settings, name, folder)


@pytest.fixture
def live_platform(tmp_path: Path) -> Iterator[LivePlatform]:
    """A really running platform with the local executor."""
    platform = LivePlatform(tmp_path / "live")
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture(scope="session")
def shared_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePlatform]:
    """One running platform for tests that do not hurt it."""
    platform = LivePlatform(tmp_path_factory.mktemp("shared"))
    platform.start()
    yield platform
    platform.stop()
