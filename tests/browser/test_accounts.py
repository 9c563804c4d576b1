"""Accounts in a real browser: log-in, tokens, sharing, and what attackers left in names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.conftest import PASSWORD, GuardedPlatform
from tests.support.live_platform import LiveRun

pytestmark = [pytest.mark.browser, pytest.mark.processes]
XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    '"><svg onload=alert(3)>',
    "'};alert(4);{'",
    "{{ 7*7 }}{% debug %}",
    "javascript:alert(5)",
]


PAGES = {
    "home": "/",
    "account": "/account/",
    "password": "/account/password/",
    "audit": "/audit/",
    "datasets": "/datasets/",
    "admin": "/admin/",
    "refused": "/datasets/00000000-0000-0000-0000-000000000000/",
}


def log_in(page: Page, name: str) -> None:
    page.goto("/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main button").click()
    expect(page).not_to_have_url(re.compile("/login/"))


def test_log_in_tokens_and_log_out(
    guarded_platform: GuardedPlatform, open_page: OpenPage, screenshots: Path
) -> None:
    page = open_page(guarded_platform.live.url)
    page.goto("/projects/")
    page.screenshot(path=screenshots / "login.png", full_page=True)
    page.get_by_label("Username").fill("dan")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects/")
    expect(page.locator("footer")).to_contain_text("Log-in required")
    page.get_by_role("link", name="dan").click()
    page.get_by_label("Name").fill("notebook")
    page.get_by_label("Read everything").check()
    page.get_by_role("button", name="Make a token").click()
    text = page.locator("#token").inner_text()
    assert text.startswith("llmp_")
    me = guarded_platform.live.http.get("/api/v1/me", headers={"Authorization": f"Bearer {text}"})
    assert me.json()["username"] == "dan"
    page.get_by_role("link", name="Done").click()
    expect(page.locator("td", has_text="notebook")).to_be_visible()
    page.screenshot(path=screenshots / "account.png", full_page=True)
    page.get_by_role("button", name="Revoke notebook").click()
    expect(page.locator("td", has_text="notebook")).to_have_count(0)
    page.get_by_role("button", name="Log out").click()
    page.goto("/projects/")
    assert "/login/" in page.url


def world_of_payloads(platform: GuardedPlatform) -> list[str]:
    """An object with a payload in every field that is shown; their pages."""
    live = platform.live
    headers = {"Authorization": f"Token {platform.tokens['admin']}"}
    pages = []
    for index, payload in enumerate(XSS):
        body = {
            "name": payload, "type": payload, "source": payload, "task_type": payload,
            "metadata": {payload: payload, "description": payload, "tags": [payload]},
        }  # fmt: skip
        made = live.http.post("/api/v1/datasets", json=body, headers=headers).json()
        path = f"/api/v1/datasets/{made['id']}"
        name = payload.replace("/", "")
        rows = b"not json <script>alert(6)</script>\n"
        live.http.put(f"{path}/files", files={"file": (f"{name}.jsonl", rows)}, headers=headers)
        config = f"note: '{payload.replace(chr(39), '')}'\n".encode()
        live.http.put(
            f"{path}/train-config", files={"file": (f"{name}.yaml", config)}, headers=headers
        )
        pages.append(f"/datasets/{made['id']}/")
        project = {
            "name": f"{index} {payload}", "dataset_name": name, "training_yaml_name": name,
            "description": payload,
        }  # fmt: skip
        made = live.http.post("/api/projects", json=project, headers=headers).json()
        pages.append(f"/projects/{made['id']}/")
    return [*pages, run_of_payloads(platform, headers)]


def run_of_payloads(platform: GuardedPlatform, headers: dict[str, str]) -> str:
    live = platform.live
    lines = "\n".join([*XSS, "\x1b]0;title\x07\x1b[31mred\x1b[0m\x1b[2Jgone", '{"step": 1}'])
    (live.training_dir / "output.txt").write_text(lines + "\n")
    live.script(f"cat {live.training_dir / 'output.txt'}")
    live.http.headers["Authorization"] = headers["Authorization"]
    live.project("payloads")
    run = live.run("payloads")
    run.wait_end()
    del live.http.headers["Authorization"]
    return run.page


def test_stored_scripts_are_text_everywhere(
    guarded_platform: GuardedPlatform, open_page: OpenPage
) -> None:
    pages = world_of_payloads(guarded_platform)
    page = open_page(guarded_platform.live.url)
    log_in(page, "adam")
    admin = ["datasets/dataset", "datasets/datasetfile", "projects/project", "projects/run",
             "accounts/auditentry", "auth/user", "django_q/success"]  # fmt: skip
    shared = ["/", "/datasets/", "/projects/", "/projects/new/", "/audit/", "/account/"]
    for path in [*pages, *shared, *(f"/admin/{name}/" for name in admin)]:
        page.goto(path)
        page.wait_for_timeout(200)  # scripts of the page have run; a live log never falls silent
        assert page.locator("svg[onload], img[src='x']").count() == 0, path
        assert "49" not in page.title()
    page.goto(pages[-1])
    expect(page.locator("#log")).to_contain_text("<script>alert(1)</script>")
    expect(page.locator("#log")).to_contain_text("red")
    # The open_page fixture fails on a dialog, on a script error and on a breach of the policy.


def test_the_api_page_and_admin_forms_keep_the_policy(
    guarded_platform: GuardedPlatform, open_page: OpenPage
) -> None:
    page = open_page(guarded_platform.live.url)
    log_in(page, "adam")
    page.goto("/api/docs")
    expect(page.locator(".swagger-ui .info .title")).to_contain_text("LLM Platform")
    for path in ("auth/user/add/", "auth/group/add/", "datasets/dataset/add/",
                 "accounts/apitoken/add/"):  # fmt: skip
        page.goto(f"/admin/{path}")
        page.wait_for_load_state("networkidle")
        expect(page.locator("#content form").first).to_be_visible()


def test_sharing_with_the_keyboard(guarded_platform: GuardedPlatform, open_page: OpenPage) -> None:
    live = guarded_platform.live
    headers = {"Authorization": f"Token {guarded_platform.tokens['data scientist']}"}
    made = live.http.post("/api/v1/datasets", json={"name": "mine"}, headers=headers).json()
    other = open_page(live.url)
    log_in(other, "vera")
    assert other.goto(f"/datasets/{made['id']}/").status == 404  # type: ignore[union-attr]
    page = open_page(live.url)
    log_in(page, "dan")
    page.goto(f"/datasets/{made['id']}/")
    page.get_by_label("Visible to").focus()
    page.keyboard.type("Every")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".message.success")).to_be_visible()
    assert other.goto(f"/datasets/{made['id']}/").status == 200  # type: ignore[union-attr]
    expect(other.get_by_role("button", name="Upload")).to_have_count(0)


def test_a_page_that_waits_leads_to_the_log_in_when_that_has_ended(
    guarded_platform: GuardedPlatform, open_page: OpenPage
) -> None:
    page = open_page(guarded_platform.live.url)
    log_in(page, "olga")
    page.goto("/projects/queue/")
    expect(page.locator("#queue")).to_be_visible()
    page.context.clear_cookies()
    # Again and again, as changes come: one that falls into the part's own request is not heard.
    page.evaluate("setInterval(() => document.body.dispatchEvent(new Event('changed')), 300)")
    expect(page).to_have_url(re.compile("/login/"))
    expect(page.locator("#queue")).to_have_count(0)


def test_a_run_that_is_made_private_leaves_the_viewer(
    guarded_platform: GuardedPlatform, open_page: OpenPage
) -> None:
    live = guarded_platform.live
    live.script("while true; do date; sleep 0.5; done")
    live.http.headers["Authorization"] = f"Token {guarded_platform.tokens['data scientist']}"
    try:
        live.project("leaving")
        live.http.put("/api/projects/leaving/sharing", json={"visibility": "everyone"})
        run: LiveRun = live.run("leaving")
        run.wait("running")
        stream = {"Authorization": f"Token {guarded_platform.tokens['viewer']}"}
        with live.http.stream("GET", f"{run.path}/events", headers=stream, timeout=40) as events:
            assert events.status_code == 200
            live.http.put("/api/projects/leaving/sharing", json={"visibility": "private"})
            text = "".join(events.iter_text())  # ends by itself, within the time limit
        assert "event: log" in text
        assert "event: end" not in text
        run.stop()
        run.wait_end()
    finally:
        del live.http.headers["Authorization"]


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_account_page_fits_the_screen(
    guarded_platform: GuardedPlatform,
    open_page: OpenPage,
    screenshots: Path,
    width: int,
    language: str,
) -> None:
    page = open_page(guarded_platform.live.url, width=width, language=language)
    page.goto("/login/")
    page.locator("#id_username").fill("adam")
    page.locator("#id_password").fill(PASSWORD)
    shot(page, screenshots, f"login-{language}-{width}")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/login/"))
    for name, path in PAGES.items():
        page.goto(path)
        shot(page, screenshots, f"{name}-{language}-{width}")
        if name != "admin":
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (name, wide)


def shot(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"accounts-{name}.png", full_page=True)
