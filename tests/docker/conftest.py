"""A real engine, a training container and a platform that uses them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker.models.containers import Container

from tests.support.docker_engine import DockerEngine, missing
from tests.support.live_platform import LivePlatform

NAME = "llm-training-under-test"


def make_engine(*, live_restore: bool) -> DockerEngine:
    if reason := missing():
        if os.environ.get("CI"):
            pytest.fail(f"CI must have a Docker engine: {reason}")
        pytest.skip(f"no Docker engine: {reason}")
    # A short path: socket names are limited to 108 bytes.
    engine = DockerEngine(Path(tempfile.mkdtemp(prefix="dk-")), live_restore=live_restore)
    engine.start()
    engine.load_image()
    return engine


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[DockerEngine]:
    """An engine that keeps containers alive while it restarts."""
    engine = make_engine(live_restore=True)
    yield engine
    engine.cleanup()


@pytest.fixture
def plain_engine() -> Iterator[DockerEngine]:
    """An engine whose containers end with it."""
    engine = make_engine(live_restore=False)
    yield engine
    engine.cleanup()


def platform_on(engine: DockerEngine, folder: Path) -> LivePlatform:
    return LivePlatform(
        folder,
        DOCKER_HOST=engine.url,
        TRAINING_EXECUTOR="auto",
        TRAINING_CONTAINER_NAME=NAME,
        DOCKER_TIMEOUT="3",
    )


@pytest.fixture
def docker_platform(docker_engine: DockerEngine, tmp_path: Path) -> Iterator[LivePlatform]:
    """A running platform whose training container is up."""
    platform = platform_on(docker_engine, tmp_path / "live")
    container = docker_engine.container(NAME, platform.training_dir)
    platform.start()
    yield platform
    platform.stop()
    container.remove(force=True)


@pytest.fixture
def training_container(docker_platform: LivePlatform, docker_engine: DockerEngine) -> Container:
    return docker_engine.client.containers.get(NAME)
