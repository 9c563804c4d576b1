"""Single sign-on against a real OpenID provider that runs beside the platform."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from tests.support.live_platform import LivePlatform, wait_for
from tests.support.ports import free_port

pytestmark = pytest.mark.processes


@dataclass
class SignOn:
    platform: LivePlatform
    provider: str

    def set_claims(self, subject: str, **claims: object) -> None:
        httpx.put(f"{self.provider}/users/{subject}", json=claims).raise_for_status()

    def log_in(self, subject: str, next: str = "/projects/") -> httpx.Client:
        """The browser's way: platform, provider's form, back with a code."""
        browser = httpx.Client(base_url=self.platform.url, trust_env=False)
        away = browser.get("/oidc/login/", params={"next": next})
        assert away.headers["Location"].startswith(self.provider)
        assert "code_challenge=" in away.headers["Location"]
        back = httpx.post(away.headers["Location"], data={"sub": subject})
        answer = browser.get(back.headers["Location"])
        browser.headers["X-Landed"] = urljoin("/", answer.headers["Location"])
        return browser


@pytest.fixture(scope="module")
def sign_on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignOn]:
    port = free_port()
    provider = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "oidc-provider-mock"), "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for(lambda: httpx.get(f"{provider}/jwks").status_code == 200, 30, "the provider answers")
    platform = LivePlatform(
        tmp_path_factory.mktemp("sign-on"),
        PLATFORM_AUTH="required",
        OIDC_CLIENT_ID="llm-platform",
        OIDC_CLIENT_SECRET="s" * 32,
        OIDC_ISSUER=provider,
        OIDC_AUTHORIZATION_ENDPOINT=f"{provider}/oauth2/authorize",
        OIDC_TOKEN_ENDPOINT=f"{provider}/oauth2/token",
        OIDC_USERINFO_ENDPOINT=f"{provider}/userinfo",
        OIDC_JWKS_ENDPOINT=f"{provider}/jwks",
        OIDC_VERIFY_KID="false",  # this provider has one key and gives it no id
        OIDC_ROLE_CLAIM="groups",
        OIDC_ROLE_MAP="ml=data scientist,ml-ops=operator",
    )
    platform.start()
    yield SignOn(platform, provider)
    platform.stop()
    process.terminate()
    process.wait(10)


def me(browser: httpx.Client) -> dict[str, object]:
    return dict(browser.get("/api/v1/me").json())


def test_a_new_user_comes_in_with_the_mapped_role(sign_on: SignOn) -> None:
    page = httpx.get(f"{sign_on.platform.url}/login/").text
    assert "/oidc/login/" in page
    sign_on.set_claims("s-1", preferred_username="mei", email="mei@x.example", groups=["ml"])
    browser = sign_on.log_in("s-1")
    assert browser.headers["X-Landed"] == "/projects/"
    assert browser.get("/projects/").status_code == 200
    assert (me(browser)["username"], me(browser)["role"]) == ("mei", "data scientist")


def test_the_role_follows_the_provider(sign_on: SignOn) -> None:
    sign_on.set_claims("s-2", preferred_username="li", groups=["ml", "ml-ops"])
    assert me(sign_on.log_in("s-2"))["role"] == "operator"
    sign_on.set_claims("s-2", preferred_username="li", groups=[])
    assert me(sign_on.log_in("s-2"))["role"] == "viewer"


def test_a_name_or_address_opens_nobody_elses_account(sign_on: SignOn) -> None:
    folder = sign_on.platform.folder
    (folder / "password").write_text("correct horse battery")
    sign_on.platform.manage(
        "createadmin", "boss", "--email", "boss@x.example",
        "--password-file", str(folder / "password"),
    )  # fmt: skip
    sign_on.set_claims("s-3", preferred_username="boss", email="boss@x.example")
    seen = me(sign_on.log_in("s-3"))
    assert (seen["username"], seen["role"]) == ("boss-2", "viewer")


def test_what_does_not_fit_is_refused(sign_on: SignOn) -> None:
    browser = httpx.Client(base_url=sign_on.platform.url, trust_env=False)
    for query in ({"code": "x", "state": "y"}, {"error": "access_denied", "state": "y"}, {}):
        answer = browser.get("/oidc/callback/", params=query)
        assert answer.status_code == 302
        assert browser.get("/projects/").status_code == 302
    away = browser.get("/oidc/login/").headers["Location"]
    back = httpx.post(away, data={"sub": "s-1"}).headers["Location"]
    thief = httpx.Client(base_url=sign_on.platform.url, trust_env=False)
    assert thief.get(back).headers["Location"].startswith("/login/")  # another browser's code
    forged = httpx.URL(back).copy_set_param("code", "forged")
    assert browser.get(forged).headers["Location"] == "/login/?failed=oidc"
    assert "alert" in browser.get("/login/?failed=oidc").text


def test_the_next_page_stays_at_home(sign_on: SignOn) -> None:
    sign_on.set_claims("s-1", preferred_username="mei", groups=["ml"])
    assert sign_on.log_in("s-1", next="https://evil.example/").headers["X-Landed"] == "/"


def test_log_ins_are_in_the_audit_trail(sign_on: SignOn) -> None:
    sign_on.set_claims("s-9", preferred_username="ops", groups=["ml-ops"])
    browser = sign_on.log_in("s-9")
    entries = browser.get("/api/v1/audit", params={"user": "ops"}).json()
    assert {"user.create", "login"} <= {entry["action"] for entry in entries}
    assert json.dumps(entries).count("s" * 32) == 0
