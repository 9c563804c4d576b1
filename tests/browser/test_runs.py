"""What can be done with runs in the browser: change, compare, take files, go on, merge."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.support.live_platform import LivePlatform, LiveRun

pytestmark = [pytest.mark.browser, pytest.mark.processes]
CONFIG = "job: {type: rl, method: ppo}\nmodel: {policy: p, reward: r}\ntraining:\n  max_steps: 4\n"
TRAIN = """
out="$LLM_PLATFORM_OUTPUT_DIR"
for i in 1 2 3 4; do
  echo "{\\"step\\": $i, \\"max_steps\\": 4, \\"loss\\": 0.$i, \\"reward\\": $i.5, \\"kl\\": 0.0$i}"
done
mkdir -p "$out/checkpoint-4" "$out/final"
echo '{}' > "$out/checkpoint-4/trainer_state.json"
echo '{}' > "$out/final/adapter_config.json"
echo '{"data": "held-out-data-with-a-long-name.jsonl", "rows": 24, "base": {"loss": 2.5,
"perplexity": 12.1}, "trained": {"loss": 1.5, "perplexity": 4.5}, "accuracy": null, "answers":
[{"prompt": "你好", "base": "…", "trained": "您好，感谢您的来信。"}]}' > "$out/evaluation.json"
"""


@pytest.fixture(scope="module")
def ended(shared_platform: LivePlatform) -> LiveRun:
    """A run whose script has left what a training leaves."""
    shared_platform.script(TRAIN, "run_train_full_rl.sh")
    shared_platform.project("browsed", CONFIG)
    run = shared_platform.run("browsed")
    assert run.wait_end()["status"] == "succeeded", run.log()
    return run


def project_of(run: LiveRun) -> str:
    return run.page.split("runs/")[0]


def test_the_form_and_the_yaml_follow_each_other(
    shared_platform: LivePlatform, open_page: OpenPage, ended: LiveRun
) -> None:
    page = open_page(shared_platform.url)
    page.goto(ended.page)
    page.get_by_role("link", name="Repeat with changes…").click()
    yaml, steps = page.locator("#config"), page.get_by_label("max_steps", exact=True)
    expect(steps).to_have_value("4")
    steps.fill("3")
    steps.press("Tab")
    # As it was written, but for the value that was changed.
    expect(yaml).to_have_value("job: {type: rl, method: ppo}\nmodel: {policy: p, reward: r}\n"
                               "training:\n  max_steps: 3\n")  # fmt: skip
    expect(page.get_by_label("num_train_epochs", exact=True)).to_be_focused()
    yaml.fill(CONFIG.replace("max_steps: 4", "max_step: 2"))
    yaml.blur()
    expect(page.get_by_text("did you mean training.max_steps?")).to_be_visible()
    yaml.fill(CONFIG.replace("max_steps: 4", "max_steps: 2"))
    yaml.blur()
    expect(steps).to_have_value("2")
    expect(page.get_by_text("Nothing to complain about.")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#status .badge")).to_have_text("Succeeded", timeout=15_000)
    expect(page.get_by_text("Repeated with changes")).to_be_visible()
    page.get_by_role("link", name=ended.id[:8]).click()
    expect(page.get_by_text("Made from this run:")).to_be_visible()


def test_what_a_run_leaves_is_shown_when_it_ends(
    shared_platform: LivePlatform, open_page: OpenPage, ended: LiveRun
) -> None:
    shared_platform.script("sleep 2\n" + TRAIN, "run_train_full_rl.sh")
    run = shared_platform.run("browsed")
    page = open_page(shared_platform.url)
    page.goto(run.page)
    expect(page.locator("#status .badge")).to_have_text("Succeeded", timeout=15_000)
    expect(page.locator("#charts canvas")).to_have_count(3)
    expect(page.get_by_text("您好，感谢您的来信。")).to_be_visible()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    expect(page.get_by_role("button", name="Merge into the base")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="output/evaluation.json").click()
    assert "您好" in Path(download.value.path()).read_text("utf-8")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all (tar)").first.click()
    assert download.value.suggested_filename.endswith("-final.tar")


def test_a_row_changes_when_its_run_does_and_nobody_asks_meanwhile(
    shared_platform: LivePlatform, open_page: OpenPage, ended: LiveRun
) -> None:
    gate = shared_platform.training_dir / "gate"
    wait = f"until [ -e {gate} ]; do sleep 0.1; done\n"
    shared_platform.script(wait + TRAIN, "run_train_full_rl.sh")
    run = shared_platform.run("browsed")
    page = open_page(shared_platform.url)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition(project_of(run))[2]))
    page.goto(project_of(run))
    row = page.get_by_role("row").filter(has_text=run.id[:8])
    expect(row).to_contain_text("Running", timeout=10_000)
    page.wait_for_timeout(2500)
    asked.clear()
    page.wait_for_timeout(4000)
    assert asked == []
    gate.touch()
    expect(row).to_contain_text("Succeeded", timeout=10_000)
    assert set(asked) == {""}, "the part that changed, and no other stream"


def test_curves_and_differences_of_two_runs(
    shared_platform: LivePlatform, open_page: OpenPage, ended: LiveRun
) -> None:
    other = shared_platform.http.post(
        f"{ended.path}/repeat", json={"changes": {"training.kl_coeff": 0.2}}
    ).json()["id"]
    LiveRun(shared_platform, {"id": other, "project_id": ended.path.split("/")[3]}).wait_end()
    page = open_page(shared_platform.url)
    page.goto(project_of(ended))
    for run in (ended.id, other):
        page.locator(f"#pick-{run}").check()
    page.get_by_role("button", name="Compare the ticked runs").click()
    expect(page.locator("#curves canvas")).to_have_count(3)
    row = page.get_by_role("row", name="training.kl_coeff")
    expect(row).to_contain_text("0.2")


def test_the_pages_read_and_work_without_javascript(
    shared_platform: LivePlatform, open_page: OpenPage, ended: LiveRun
) -> None:
    page = open_page(shared_platform.url, scripts=False)
    page.goto(ended.page)
    expect(page.get_by_role("link", name="output/evaluation.json")).to_be_visible()
    page.goto(f"{project_of(ended)}runs/new/")
    page.get_by_label("seed", exact=True).fill("7")
    page.get_by_role("button", name="Write into the YAML").click()
    expect(page.locator("#config")).to_contain_text("seed: 7")
    page.get_by_label("seed", exact=True).fill("eight")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_contain_text("training.seed")
    page.goto(f"/projects/compare/?run={ended.id}")
    expect(page.get_by_role("row", name="reward")).to_contain_text("4.5")


def test_no_page_spills_at_any_width(
    shared_platform: LivePlatform, open_page: OpenPage, ended: LiveRun, screenshots: Path
) -> None:
    project = project_of(ended)
    own = [ended.page, project, f"{project}runs/new/", f"{ended.page}repeat/"]
    shared = [f"/projects/compare/?run={ended.id}", "/projects/compare/", "/projects/queue/"]
    for width, language in itertools.product((1440, 390), ("zh-hans", "en")):
        look = open_page(shared_platform.url, width=width, language=language)
        for index, path in enumerate(own + shared):
            look.goto(path)
            look.wait_for_timeout(300)
            look.screenshot(path=screenshots / f"run{index}-{width}-{language}.png", full_page=True)
            spill = look.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert spill <= 0, (path, width, language)
