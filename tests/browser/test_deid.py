"""De-identification as a person does it: try, correct, scan, replace, compare."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.support.live_platform import LivePlatform

pytestmark = [pytest.mark.browser, pytest.mark.processes]
TEXT = (
    "我叫李小明，电话13800138000，代号蓝色石板，"
    "住浙江省杭州市西湖区文三路90号5幢301室，今天真高兴。"
)


def test_a_text_a_policy_and_a_file(
    shared_platform: LivePlatform, open_page: OpenPage, tmp_path: Path, screenshots: Path
) -> None:
    page = open_page(shared_platform.url)
    page.goto("/deid/policies/new/?copy=default")
    page.get_by_label("Policy id").fill("mine")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("link", name="Try it").last.click()
    page.get_by_label("Text", exact=True).fill(TEXT)
    page.get_by_role("button", name="De-identify").click()
    marks = page.locator(".marked mark")
    expect(marks).to_have_count(3)
    expect(marks.first).to_contain_text("李小明")
    expect(page.locator(".marked").nth(1)).not_to_contain_text("李小明")
    page.locator("#deny").fill("蓝色石板")
    page.get_by_role("button", name="Always find it").click()
    expect(page.get_by_role("status")).to_contain_text("2")
    page.get_by_role("link", name="Try it").last.click()
    page.get_by_label("Text", exact=True).fill(TEXT)
    page.get_by_role("button", name="De-identify").click()
    expect(page.locator(".marked mark")).to_have_count(4)
    page.get_by_role("button", name="Not personal data").first.click()
    expect(page.get_by_role("status")).to_contain_text("3")

    rows = tmp_path / "客服.jsonl"
    rows.write_text(
        (json.dumps({"messages": [{"role": "user", "content": TEXT}]}, ensure_ascii=False) + "\n")
        * 30
    )
    page.goto("/datasets/new/")
    page.get_by_label("Name", exact=True).fill("deid tour")
    page.get_by_role("button", name="Create").click()
    page.locator("input[type=file]").first.set_input_files(rows)
    page.get_by_role("button", name="Upload").first.click()
    expect(page.get_by_role("link", name="客服.jsonl")).to_be_visible()
    dataset = page.url.removeprefix(shared_platform.url)
    page.get_by_role("button", name="Scan 客服.jsonl").click()
    expect(page.locator("#job .badge")).to_have_text("Succeeded", timeout=30_000)
    expect(page.get_by_role("cell", name="messages.content").first).to_be_visible()
    scan = page.url.removeprefix(shared_platform.url)
    page.goto(dataset)
    page.get_by_text("De-identify…").first.click()
    page.get_by_label("Policy").first.select_option("default")
    page.get_by_role("button", name="Start").first.click()
    expect(page.locator("#job .badge")).to_have_text("Succeeded", timeout=30_000)
    job = page.url.removeprefix(shared_platform.url)
    page.get_by_role("link", name="Before and after").click()
    expect(page.locator("tr.changed")).to_have_count(20)
    expect(page.locator("del").first).to_be_visible()
    look_at(shared_platform, open_page, screenshots, [dataset, scan, job, f"{job}compare/"])


def look_at(
    platform: LivePlatform, open_page: OpenPage, screenshots: Path, more: list[str]
) -> None:
    paths = ["/deid/", "/deid/policies/", "/deid/policies/new/", "/deid/vault/", *more]
    for width, language in itertools.product((1440, 390), ("zh-hans", "en")):
        look = open_page(platform.url, width=width, language=language)
        for index, path in enumerate(paths):
            look.goto(path)
            if path == "/deid/":
                look.locator("form.card button").click()
            look.wait_for_timeout(300)
            look.screenshot(
                path=screenshots / f"deid{index}-{width}-{language}.png", full_page=True
            )
            spill = look.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert spill <= 0, (path, width, language)
