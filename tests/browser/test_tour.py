"""The whole tour in a real browser, and the live page under load and restarts."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.support.live_platform import LivePlatform

pytestmark = [pytest.mark.browser, pytest.mark.processes]

TRAIN = """
for i in $(seq 1 10); do
  rate="\\"learning_rate\\": 0.00$i"
  echo "{\\"step\\": $i, \\"max_steps\\": 10, \\"loss\\": $((20 - i)).5, $rate}"
  printf '\\033[32mgreen\\033[0m <b>not bold</b>\\n'
  sleep 0.3
done
"""


def files(folder: Path) -> tuple[Path, Path]:
    data, config = folder / "数据.jsonl", folder / "训练.yaml"
    data.write_text('{"input": "你好", "output": "您好"}\nnot json\n', "utf-8")
    config.write_text("job:\n  type: sft\n", "utf-8")
    return data, config


def make_project(page: Page, folder: Path, name: str) -> None:
    """Upload a dataset and a configuration, create the project, as a person would."""
    data, config = files(folder)
    page.goto("/datasets/new/")
    page.get_by_label("Name", exact=True).fill(f"{name} data")
    page.get_by_role("button", name="Create").click()
    page.locator("input[type=file]").first.set_input_files(data)
    page.get_by_role("button", name="Upload").first.click()
    expect(page.get_by_role("link", name="数据.jsonl")).to_be_visible()
    expect(page.get_by_text("Line 2")).to_be_visible(timeout=15_000)
    page.locator("input[type=file]").last.set_input_files(config)
    page.get_by_role("button", name="Upload").last.click()
    expect(page.get_by_text("type: sft")).to_be_visible()
    page.goto("/projects/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Dataset").fill("数据.jsonl")
    page.get_by_label("Training configuration").fill("训练.yaml")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_the_whole_tour(
    shared_platform: LivePlatform, open_page: OpenPage, tmp_path: Path, screenshots: Path
) -> None:
    shared_platform.script(TRAIN)
    page = open_page(shared_platform.url)
    make_project(page, tmp_path, "tour")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#status .badge")).to_have_text("Running", timeout=15_000)
    expect(page.locator("#progress-text")).to_contain_text("/ 10")
    expect(page.locator("#status .badge")).to_have_text("Succeeded", timeout=20_000)
    expect(page.locator("#progress-text")).to_have_text("10 / 10")
    expect(page.locator("#log .f32").first).to_have_text("green")
    expect(page.locator("#log .line b")).to_have_count(0)
    expect(page.locator("#charts canvas")).to_have_count(2)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    run_path = page.url.removeprefix(shared_platform.url)
    project_path = run_path.split("runs/")[0]
    dataset_path = page.request.get("/datasets/").text()
    found = re.search(r"/datasets/[0-9a-f-]{36}/", dataset_path)
    assert found
    paths = ["/", "/datasets/", found[0], "/datasets/new/", "/projects/", project_path,
             "/projects/new/", run_path, "/nowhere/", f"{project_path}delete/"]  # fmt: skip
    for width, language in itertools.product((1440, 390), ("zh-hans", "en")):
        look = open_page(shared_platform.url, width=width, language=language)
        for index, path in enumerate(paths):
            look.goto(path)
            look.wait_for_timeout(400)
            look.screenshot(path=screenshots / f"{index}-{width}-{language}.png", full_page=True)
            spill = look.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert spill <= 0, (path, width, language)


def test_a_page_survives_a_restart_of_the_server(
    live_platform: LivePlatform, open_page: OpenPage
) -> None:
    live_platform.script("for i in $(seq 1 80); do echo line $i; sleep 0.15; done")
    live_platform.project("restart")
    run = live_platform.run("restart")
    page = open_page(live_platform.url)
    page.goto(run.page)
    expect(page.locator("#log")).to_contain_text("line 8")
    live_platform.kill("web")
    live_platform.wait_ready()
    expect(page.locator("#status .badge")).to_have_text("Succeeded", timeout=40_000)
    shown: set[str] = set()
    for query, count in (("line", "80"), ("line 80", "1"), ("line 8", "2"), ("line 41", "1")):
        page.locator("#find").fill(query)
        expect(page.locator("#found")).to_have_text(f"0 / {count}")
        shown.add(query)
    expect(page.locator("#connection")).to_be_hidden()


def test_a_hundred_thousand_lines(shared_platform: LivePlatform, open_page: OpenPage) -> None:
    shared_platform.script(
        "seq -f 'line %.0f of the long log' 1 100000\n"
        "for i in $(seq 1 500); do printf '\\rprogress %d' $i; done; echo\necho the very last"
    )
    shared_platform.project("long")
    run = shared_platform.run("long")
    run.wait_end()
    page = open_page(shared_platform.url)
    page.goto(run.page)
    expect(page.locator("#log")).to_contain_text("the very last", timeout=30_000)
    assert page.locator("#log .line").count() < 200
    assert page.locator("#log .line", has_text="progress").all_inner_texts() == ["progress 500"]
    page.locator("#find").fill("line 54321 of")
    expect(page.locator("#found")).to_have_text("0 / 1")
    page.locator("#find").press("Enter")
    expect(page.locator("#log .current")).to_have_text("line 54321 of the long log")
    assert page.locator("#follow").get_attribute("aria-pressed") == "false"
    page.locator("#wrap").click()
    expect(page.locator("#log .current")).to_be_visible()
    page.locator("#wrap").click()
    page.locator("#follow").click()
    expect(page.locator("#log")).to_contain_text("the very last")


def test_pause_holds_the_view_and_follow_goes_on(
    shared_platform: LivePlatform, open_page: OpenPage
) -> None:
    shared_platform.script("for i in $(seq 1 60); do echo tick $i; sleep 0.2; done")
    shared_platform.project("paused")
    run = shared_platform.run("paused")
    page = open_page(shared_platform.url)
    page.goto(run.page)
    expect(page.locator("#log")).to_contain_text("tick 5")
    page.locator("#pause").click()
    page.wait_for_timeout(300)
    before = page.locator("#log").inner_text()
    page.wait_for_timeout(1500)
    assert page.locator("#log").inner_text() == before
    page.locator("#pause").click()
    expect(page.locator("#log")).not_to_have_text(before)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#status .badge")).to_have_text("Stopped", timeout=15_000)


def test_the_api_pages_need_no_other_server(
    shared_platform: LivePlatform, open_page: OpenPage
) -> None:
    page = open_page(shared_platform.url)
    page.goto("/api/docs")
    expect(page.get_by_text("/api/projects/{reference}/runs", exact=True).first).to_be_visible()


def test_pages_work_without_javascript(
    shared_platform: LivePlatform, open_page: OpenPage, tmp_path: Path
) -> None:
    shared_platform.script("echo plain words; exit 7")
    page = open_page(shared_platform.url, scripts=False)
    data, _config = files(tmp_path)
    page.goto("/datasets/new/")
    page.get_by_label("Name", exact=True).fill("plain data")
    page.get_by_role("button", name="Create").click()
    page.locator("input[type=file]").first.set_input_files(data)
    page.get_by_role("button", name="Upload").first.click()
    expect(page.get_by_role("link", name="数据.jsonl")).to_be_visible()
    shared_platform.project("plain")
    run = shared_platform.run("plain")
    run.wait_end()
    page.goto(run.page)
    expect(page.locator("#plain-log")).to_contain_text("plain words")
    expect(page.locator("#status .badge")).to_have_text("Failed")
    expect(page.locator("#reason")).to_contain_text("7")


def test_a_refused_upload_says_why_beside_the_form(
    shared_platform: LivePlatform, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(shared_platform.url)
    page.goto("/datasets/new/")
    page.get_by_label("Name", exact=True).fill("refused")
    page.get_by_role("button", name="Create").click()
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    page.locator("input[type=file]").first.set_input_files(empty)
    page.get_by_role("button", name="Upload").first.click()
    expect(page.get_by_text("The file is empty")).to_be_visible()
