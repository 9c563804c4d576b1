"""Log-in with a password: throttled, session renewed, redirects at home."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth import login
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory

from core.accounts.actor import actor_of
from core.accounts.models import ApiToken
from core.accounts.roles import Role, local_operator, role_of
from tests.conftest import PASSWORD, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("required")]


@pytest.fixture
def vera() -> User:
    return make_user("vera", Role.VIEWER, PASSWORD)


def log_in(client: Client, name: str = "vera", password: str = PASSWORD, **more: str) -> Any:
    return client.post("/login/", {"username": name, "password": password, **more})


@pytest.fixture
def browser() -> Client:
    return Client(SERVER_NAME="localhost")


def test_it_leads_back_to_where_one_wanted_to_go(browser: Client, vera: User) -> None:
    first = browser.get("/projects/?q=x")
    assert first["Location"] == "/login/?next=/projects/%3Fq%3Dx"
    assert log_in(browser, next="/projects/?q=x")["Location"] == "/projects/?q=x"
    assert browser.get("/projects/").status_code == 200


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)",
     "http:///evil.example", "\thttps://evil.example"],
)  # fmt: skip
def test_no_redirect_leaves_the_platform(browser: Client, vera: User, target: str) -> None:
    assert log_in(browser, next=target)["Location"] == "/"
    for path in ("/i18n/setlang/", "/logout/"):
        answer = browser.post(path, {"language": "en", "next": target})
        assert "evil" not in answer["Location"]


def test_the_session_is_a_new_one(browser: Client, vera: User) -> None:
    """Session fixation: an id that an attacker planted is worth nothing after the log-in."""
    browser.cookies["sessionid"] = "planted0planted0planted0planted0"
    log_in(browser)
    fresh = browser.cookies["sessionid"].value
    assert fresh != "planted0planted0planted0planted0"
    cookie = browser.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert int(cookie["max-age"]) == 12 * 3600
    browser.post("/logout/")
    thief = Client(SERVER_NAME="localhost")
    thief.cookies["sessionid"] = fresh
    assert thief.get("/projects/").status_code == 302


def test_guessing_is_locked_for_name_and_address(browser: Client, vera: User) -> None:
    codes = [log_in(browser, password="wrong").status_code for _ in range(6)]
    assert codes[0] == 200
    assert codes[-1] == 429
    locked = log_in(browser)
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) == 15 * 60
    elsewhere = Client(SERVER_NAME="localhost", REMOTE_ADDR="10.1.2.3")
    assert log_in(elsewhere).status_code == 302


def test_an_address_that_tries_many_names_is_slowed(browser: Client, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login": "3/minute"}
    codes = [log_in(browser, f"name{index}").status_code for index in range(4)]
    assert codes == [200, 200, 200, 429]
    elsewhere = Client(SERVER_NAME="localhost", REMOTE_ADDR="10.1.2.3")
    assert log_in(elsewhere, "name9").status_code == 200


def test_a_changed_password_ends_other_sessions(browser: Client, vera: User) -> None:
    other = Client(SERVER_NAME="localhost")
    log_in(browser)
    log_in(other)
    new = "another long passphrase"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert browser.post("/account/password/", form)["Location"] == "/account/"
    assert browser.get("/projects/").status_code == 200
    assert other.get("/projects/").status_code == 302


@pytest.mark.parametrize("weak", ["short1!", "password1234", "123456789012345"])
def test_weak_passwords_are_refused(browser: Client, vera: User, weak: str) -> None:
    log_in(browser)
    form = {"old_password": PASSWORD, "new_password1": weak, "new_password2": weak}
    assert browser.post("/account/password/", form).status_code == 200
    vera.refresh_from_db()
    assert vera.check_password(PASSWORD)


def test_the_local_operator_cannot_log_in(browser: Client) -> None:
    user = local_operator()
    user.set_password(PASSWORD)
    user.save()
    assert log_in(browser, "local").status_code == 200
    assert browser.get("/projects/").status_code == 302


def test_a_shut_out_user_is_out_at_once(browser: Client, vera: User) -> None:
    log_in(browser)
    User.objects.filter(pk=vera.pk).update(is_active=False)
    assert browser.get("/projects/").status_code == 302


def test_an_open_stream_learns_of_the_log_out(vera: User) -> None:
    request = RequestFactory().get("/")
    request.session, request.user = SessionStore(), AnonymousUser()  # type: ignore[attr-defined]
    login(request, vera, "core.accounts.backends.PasswordBackend")
    request.session.save()
    actor = actor_of(request)
    assert actor.renewed() is not None
    vera.set_password("another long passphrase")
    vera.save()
    assert actor.renewed() is None
    login(request, vera, "core.accounts.backends.PasswordBackend")
    request.session.save()
    actor = actor_of(request)
    assert actor.renewed() is not None
    request.session.flush()
    assert actor.renewed() is None


def test_createadmin_and_createtoken(tmp_path: Any, capsys: Any) -> None:
    file = tmp_path / "password"
    file.write_text(PASSWORD)
    call_command("createadmin", "adam", "--password-file", str(file))
    adam = User.objects.get(username="adam")
    assert (role_of(adam), adam.is_superuser, adam.check_password(PASSWORD)) == (
        Role.ADMIN, False, True,
    )  # fmt: skip
    capsys.readouterr()
    call_command("createtoken", "adam", "ci", "--scopes", "read,train", "--days", "7")
    text = capsys.readouterr().out.strip()
    assert re.fullmatch(r"llmp_[\w-]{43}", text)
    assert ApiToken.objects.get().scopes == ["read", "train"]


@pytest.mark.parametrize("arguments", [["local"], ["bad name"], ["adam"]])
def test_createadmin_refuses(tmp_path: Any, arguments: list[str]) -> None:
    file = tmp_path / "password"
    file.write_text("short" if arguments == ["adam"] else PASSWORD)
    with pytest.raises(CommandError):
        call_command("createadmin", *arguments, "--password-file", str(file))
    assert not User.objects.filter(groups__name="admin").exists()


def test_createtoken_refuses() -> None:
    with pytest.raises(CommandError):
        call_command("createtoken", "nobody", "ci")
