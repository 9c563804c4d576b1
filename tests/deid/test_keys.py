"""Keys that are lost, or are others, are noticed before anything is sealed anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError

from core.accounts.actor import command_actor
from core.accounts.models import AuditEntry
from core.errors import Conflict, PlatformError, Unavailable
from deid import keys
from deid.vault import vault_find

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere(settings: Any, tmp_path: Path) -> Path:
    """What a process sees that does not share the folder in which the keys were made."""
    for name in ("team", keys.VAULT, keys.FOLDER):
        keys.key_make(name)
    cache.clear()  # another process
    settings.DEID_KEY_DIR = tmp_path / "another"
    settings.DEID_KEY_DIR.mkdir()
    return Path(settings.DEID_KEY_DIR)


@pytest.mark.parametrize("name", ["team", keys.VAULT])
def test_a_key_that_was_used_is_never_made_anew(elsewhere: Path, name: str) -> None:
    for use in (keys.key_read, keys.key_make):
        with pytest.raises(Unavailable, match="DEID_KEY_DIR"):
            use(name)
    assert list(elsewhere.iterdir()) == []


def test_another_key_of_the_name_is_refused(elsewhere: Path) -> None:
    (elsewhere / "team.key").write_text("ab" * keys.SIZE)
    for use in (keys.key_read, keys.key_make):
        with pytest.raises(Conflict, match="not the one used so far"):
            use("team")


def test_a_key_from_before_is_remembered(settings: Any) -> None:
    path = settings.DEID_KEY_DIR / "old.key"
    path.write_text("ab" * keys.SIZE)
    assert keys.key_read("old") == bytes.fromhex("ab" * keys.SIZE)
    cache.clear()
    path.write_text("cd" * keys.SIZE)
    with pytest.raises(Conflict):
        keys.key_read("old")


def test_a_vault_without_its_key_is_not_an_empty_one(elsewhere: Path) -> None:
    with pytest.raises(PlatformError):
        vault_find(actor=command_actor(), text="x", reason="y")


def test_the_check_before_going_live_says_what_to_do(elsewhere: Path, settings: Any) -> None:
    with pytest.raises(SystemCheckError) as error:
        call_command("check", "--deploy")
    for name in ("team", keys.VAULT, keys.FOLDER):
        assert f"The key {name} is missing from DEID_KEY_DIR" in str(error.value)
    assert "docs/operations.md" in str(error.value)


def test_preparing_says_it_and_makes_none(elsewhere: Path, capsys: Any) -> None:
    call_command("prepare")
    assert "The key _folder is missing from DEID_KEY_DIR" in capsys.readouterr().err
    assert list(elsewhere.iterdir()) == []


def test_preparing_marks_a_new_folder_once(settings: Any, capsys: Any) -> None:
    for _ in range(2):
        call_command("prepare")
    assert [path.name for path in settings.DEID_KEY_DIR.iterdir()] == ["_folder.key"]
    assert capsys.readouterr().err == ""


def test_a_key_that_is_lost_for_good_is_given_up(elsewhere: Path) -> None:
    call_command("forgetkey", "team")
    assert len(keys.key_make("team")) == keys.SIZE
    assert AuditEntry.objects.filter(action="deid.forget_key", object_name="team").exists()
    for name in ("team", "never-used"):  # it is there; there never was one
        with pytest.raises(CommandError):
            call_command("forgetkey", name)
