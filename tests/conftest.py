"""Fixtures named after people and things; settings that keep tests in folders of their own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from core.accounts import known
from core.accounts.roles import Role, role_set
from tests.lanes import arrange
from tests.support.deployments import engine_environment, marked
from tests.support.live_platform import LivePlatform
from tests.support.ports import free_port
from tests.support.postgres import PostgresServer, binaries

PASSWORD = "correct horse battery"


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):  # one of several that share the tests
        arrange(items)


def pytest_collection_finish(session: pytest.Session) -> None:
    for item in session.items:  # else every fixture of a session would be there twice
        grouped = hasattr(session.config, "workerinput") and item.get_closest_marker("xdist_group")
        assert not grouped or "@" in item.nodeid, "pytest-xdist does not see the groups"


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """What one test has counted is not another's."""
    cache.clear()
    known.forget()


@pytest.fixture(autouse=True)
def own_folders(settings: object, tmp_path: Path) -> None:
    """Each test has its own storage and training directory."""
    for name in ("LLM_APP_STORAGE", "HOST_TRAINING_DIR", "PLATFORM_VAR", "DEPLOY_LOG_DIR",
                 "DEID_KEY_DIR"):  # fmt: skip
        folder = tmp_path / name.lower()
        folder.mkdir()
        setattr(settings, name, folder)


@pytest.fixture
def client() -> Client:
    """A caller on this machine, to whom open mode answers."""
    return Client(SERVER_NAME="localhost")


def make_user(name: str, role: Role, password: str | None = None) -> User:
    user = User.objects.create_user(name, password=password)
    role_set(user, role)
    return user


def client_of(user: User) -> Client:
    """A browser in which `user` has logged in."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="core.accounts.backends.PasswordBackend")
    return client


@pytest.fixture
def alice(db: None) -> User:
    """A data scientist."""
    return make_user("alice", Role.DATA_SCIENTIST)


@pytest.fixture
def bob(db: None) -> User:
    """Another data scientist."""
    return make_user("bob", Role.DATA_SCIENTIST)


@pytest.fixture
def viewer(db: None) -> User:
    return make_user("vera", Role.VIEWER)


@pytest.fixture
def operator(db: None) -> User:
    return make_user("olga", Role.OPERATOR)


@pytest.fixture
def admin(db: None) -> User:
    return make_user("adam", Role.ADMIN)


@pytest.fixture
def admin_client(admin: User) -> Client:
    return client_of(admin)


@pytest.fixture
def required(settings: Any) -> None:
    """The mode in which everybody logs in."""
    settings.PLATFORM_AUTH = "required"


@pytest.fixture
def live_platform(tmp_path: Path) -> Iterator[LivePlatform]:
    """A really running platform with the local executor."""
    platform = LivePlatform(tmp_path / "live")
    platform.start()
    yield platform
    platform.stop()


@dataclass
class GuardedPlatform:
    """A running platform that everybody logs in to, with a user and a token for each role."""

    live: LivePlatform
    tokens: dict[str, str]

    def people(self) -> dict[str, str]:
        """User names by role."""
        return {"viewer": "vera", "data scientist": "dan", "operator": "olga", "admin": "adam"}


@pytest.fixture(scope="session")
def guarded_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedPlatform]:
    folder = tmp_path_factory.mktemp("guarded")
    live = LivePlatform(
        folder,
        **engine_environment(folder),
        PLATFORM_AUTH="required",
        RATE_LIMIT_UPLOAD="1000/second",
        RATE_LIMIT_TOKEN="1000/second",
    )
    live.start()
    platform = GuardedPlatform(live, {})
    roles = {name: role for role, name in platform.people().items()}
    tokens = live.users(roles, PASSWORD, "tests")
    platform.tokens = {role: tokens[name] for name, role in roles.items()}
    yield platform
    live.stop()


@pytest.fixture(scope="session")
def shared_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePlatform]:
    """One running platform for tests that do not hurt it."""
    folder = tmp_path_factory.mktemp("shared")
    platform = LivePlatform(folder, **engine_environment(folder))
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture
def serving_platform(tmp_path: Path) -> Iterator[LivePlatform]:
    """A platform of one's own whose engines are the small ones of tests/support/engine.py."""
    folder = tmp_path / "live"
    folder.mkdir()
    platform = LivePlatform(folder, **engine_environment(folder))
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture(autouse=True, scope="session")
def no_engine_outlives_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Of this session: others run tests at the same time."""
    yield
    ours = tmp_path_factory.getbasetemp()
    for process, _mark in marked():
        with suppress(psutil.Error):
            if Path(process.cwd()).is_relative_to(ours):
                process.kill()


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    if binaries() is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have PostgreSQL")
        pytest.skip("no PostgreSQL here")
    server = PostgresServer(
        Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp")) / "server", free_port()
    )
    server.folder.parent.chmod(0o755)
    server.start()
    yield server
    server.stop()
