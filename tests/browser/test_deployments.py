"""Deployments in a real browser: launch, watch, chat, compare, stop."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.support.deployments import (
    LiveDeployment,
    declared_gpus,
    engine_environment,
    launch,
    stand_in_model,
)
from tests.support.live_platform import LivePlatform, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture(scope="module")
def gpu_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePlatform]:
    """Four declared GPUs of 80 GiB."""
    folder = tmp_path_factory.mktemp("gpus")
    inventory = declared_gpus(folder, 4, memory=80 * 1024**3)
    platform = LivePlatform(folder, **engine_environment(folder, GPU_INVENTORY=inventory))
    platform.start()
    yield platform
    for one in platform.http.get("/api/v1/deployments").json():
        platform.http.delete(f"/api/v1/deployments/{one['deployment_id']}?force=true")
    platform.stop()


def start(page: Page, platform: LivePlatform, options: str) -> LiveDeployment:
    """Launch by the form, as a person would."""
    page.goto("/deployments/new/")
    page.get_by_label("Model", exact=True).fill(str(stand_in_model(platform)))
    page.get_by_label("Tags").fill("shown, 中文")
    page.get_by_label("Engine options").fill(options)
    page.get_by_role("button", name="Launch").click()
    expect(page.locator("#status .badge")).to_be_visible()
    identifier = page.url.rstrip("/").rpartition("/")[2]
    return LiveDeployment(platform, platform.http.get(f"/api/v1/deployments/{identifier}").json())


def test_launch_watch_chat_and_stop(gpu_platform: LivePlatform, open_page: OpenPage) -> None:
    page = open_page(gpu_platform.url)
    made = start(page, gpu_platform, "--served-model-name talker --delay 1 --token-delay 0.05")
    expect(page.locator("#phase")).to_be_visible()
    expect(page.locator("#status .badge")).to_have_text("Running", timeout=20_000)
    expect(page.locator("#health")).to_contain_text("answers in", timeout=10_000)
    expect(page.locator("#log")).to_contain_text("Starting vLLM server")
    page.get_by_role("link", name="Playground").click()
    page.get_by_label("System prompt").fill("be brief")
    page.get_by_label("Most tokens").fill("6")
    page.get_by_label("Message").fill("<b>hello</b>")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".bubble.assistant .text")).to_have_text("talker w1 w2 w3 w4 w5 ")
    expect(page.locator(".bubble.user .text")).to_have_text("<b>hello</b>")
    expect(page.locator(".figures")).to_contain_text("6 tokens")
    expect(page.locator(".figures")).to_contain_text("7 prompt tokens")
    # A long answer is stopped in the middle; the engine stops too.
    page.get_by_label("Most tokens").fill("5000")
    page.get_by_label("Message").fill("go on")
    page.get_by_label("Message").press("Control+Enter")
    expect(page.locator(".bubble.assistant .text").last).to_contain_text("w9")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".bubble .problem")).to_have_text("Stopped")
    wait_for(
        lambda: gpu_platform.http.get(f"{made.path}/metrics").json()[-1]["running"] == 0,
        15, "the engine has nothing to do",
    )  # fmt: skip
    page.locator("[data-copy=python]").click()
    expect(page.locator(".snippet")).to_contain_text("chat.completions.create")
    page.goto(made.page)
    expect(page.locator("#charts canvas")).to_have_count(4, timeout=15_000)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#status .badge")).to_have_text("Stopped", timeout=15_000)
    page.get_by_role("button", name="Restart").click()
    expect(page.locator("#status .badge")).to_have_text("Running", timeout=20_000)
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Deleted:")).to_be_visible()


def test_a_refused_launch_says_why_beside_the_field(
    gpu_platform: LivePlatform, open_page: OpenPage
) -> None:
    page = open_page(gpu_platform.url)
    page.goto("/deployments/new/")
    page.get_by_label("Model", exact=True).fill("/nowhere")
    page.get_by_label("Engine options").fill("--port 1")
    page.get_by_role("button", name="Launch").click()
    expect(page.get_by_text("There is no model at /nowhere")).to_be_visible()
    page.get_by_label("Model", exact=True).fill("owner/name")
    page.get_by_role("button", name="Launch").click()
    expect(page.get_by_text("--port is set by the platform")).to_be_visible()


def test_two_side_by_side_and_every_page(
    gpu_platform: LivePlatform, open_page: OpenPage, screenshots: Path
) -> None:
    left = launch(gpu_platform, "--served-model-name left", tags=["prod"])
    right = launch(gpu_platform, "--served-model-name right", preferred_gpu=2)
    failed = launch(gpu_platform, "--die 1 --say 'RuntimeError: <script>alert(1)</script>'")
    left.wait_healthy()
    right.wait_healthy()
    failed.wait("failed")
    page = open_page(gpu_platform.url)
    page.goto(f"/deployments/compare/?left={left.id}&right={right.id}")
    page.get_by_label("Most tokens").fill("5")
    page.get_by_label("Message").fill("both")
    page.get_by_role("button", name="Send").click()
    texts = page.locator(".bubble.assistant .text")
    expect(texts.first).to_have_text("left w1 w2 w3 w4 ")
    expect(texts.last).to_have_text("right w1 w2 w3 w4 ")
    page.goto("/deployments/?tag=prod")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto("/deployments/gpus/")
    expect(page.locator("tbody tr")).to_have_count(4)
    expect(page.get_by_text("GPU 0").or_(page.get_by_role("link")).first).to_be_visible()
    paths = ["/deployments/", "/deployments/new/", left.page, failed.page,
             f"{left.page}playground/", f"/deployments/compare/?left={left.id}&right={right.id}",
             "/deployments/gpus/", "/deployments/usage/", f"{left.page}delete/"]  # fmt: skip
    for width, language in itertools.product((1440, 390), ("zh-hans", "en")):
        look = open_page(gpu_platform.url, width=width, language=language)
        for index, path in enumerate(paths):
            look.goto(path)
            look.wait_for_timeout(700)
            name = f"deploy-{index}-{width}-{language}.png"
            look.screenshot(path=screenshots / name, full_page=True)
            spill = look.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert spill <= 0, (path, width, language)
    plain = open_page(gpu_platform.url, scripts=False)
    plain.goto(failed.page)
    expect(plain.locator("#reason")).to_contain_text("RuntimeError: <script>")
    expect(plain.locator("#plain-log")).to_contain_text("<script>alert(1)</script>")
    plain.goto("/deployments/?status=running")
    expect(plain.locator("tbody tr")).to_have_count(2)
    assert re.search(r"\d+ ms", plain.locator("tbody").inner_text())
