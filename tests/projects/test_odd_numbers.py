"""What a script writes as metrics and evaluation may be anything: it is shown as far as it goes."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.test import Client

from core.accounts.actor import Actor
from core.execution.machine import End
from core.execution.run_folder import Result
from projects.models import Project, Run, RunStatus
from projects.runs import selectors as run_selectors
from projects.runs.lifecycle import MACHINE
from projects.runs.messages import render
from projects.runs.metrics import parse_metrics, run_metrics, run_progress_update
from projects.runs.paths import run_folder
from projects.runs.services import run_start
from tests.projects.conftest import log_points
from training.scripts.trainer import strict_json
from training.scripts.trainer.errors import DIVERGED

HEAD = '{"step": 1, "max_steps": 2, '
ODD = {
    "nan": '"loss": NaN}',
    "infinity": '"loss": Infinity, "kl": -Infinity}',
    "beyond floats": '"loss": 1e999, "x": {"y": [-1e999]}}',
    "huge integer": '"loss": ' + "9" * 4000 + "}",
    "larger integer": '"loss": ' + "9" * 10_000 + "}",
    "nested": '"x": [{"y": [[NaN]]}]}',
    "deep": '"x": ' + "[" * 300 + "NaN" + "]" * 300 + "}",
    "bottomless": '"x": ' + "[" * 7000 + "]" * 7000 + "}",
    "surrogate": r'"x": "\ud800", "\udfff": ["\ud83d"]}',
    "sign": '"nonfinite": 5, "loss": NaN}',
    "bad utf-8": '"x": "\udcff"}',
    "number keys": '"0": {"": NaN}}',
}


@pytest.fixture
def run(alice: User, project: Project) -> Run:
    return run_start(actor=Actor(alice, "session"), project=project)


def pages_of(run: Run) -> list[str]:
    api, page = f"/api/projects/{run.project_id}/runs/{run.id}", f"/projects/{run.project_id}"
    return [
        api,
        *(f"{api}/{what}" for what in ("metrics", "evaluation", "config", "artifacts")),
        f"/api/runs/compare?run={run.id}",
        f"/projects/compare/?run={run.id}",
        f"{page}/runs/{run.id}/",
        f"{page}/",
    ]


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


@pytest.mark.parametrize("rest", ODD.values(), ids=ODD.keys())
def test_no_line_and_no_evaluation_breaks_an_answer(client: Client, run: Run, rest: str) -> None:
    log_points(run, 1)
    line = (HEAD + rest).encode("utf-8", "surrogateescape")
    with run_folder(run).log.open("ab") as log:
        log.write(line + b"\n")
    measured = line.replace(b'"step": 1', b'"rows": 1, "base": ' + line + b', "trained": ' + line)
    (run_folder(run).output / "evaluation.json").write_bytes(measured)
    run_progress_update(run)
    for path in pages_of(run):
        answer = client.get(path)
        expected = (200, 404) if path.endswith("evaluation") else (200,)
        assert answer.status_code in expected, path
        if path.startswith("/api"):
            json.loads(answer.content.decode(), parse_constant=refuse)
    strict_json.dumps(run_selectors.run_status(run)).encode()


def test_what_is_not_finite_is_null_and_named(client: Client, run: Run) -> None:
    with run_folder(run).log.open("a") as log:
        log.write(f'{HEAD}"loss": NaN, "lr": 1e-5, "x": {{"y": [1, Infinity]}}}}\n')
    (point,) = run_metrics(run)["points"]
    assert point == {
        "step": 1, "max_steps": 2, "loss": None, "lr": 1e-5, "x": {"y": [1, None]},
        "nonfinite": ["loss", "x.y.1"],
    }  # fmt: skip
    text = '{"rows": 3, "base": {"loss": 1.5}, "trained": {"loss": NaN, "perplexity": NaN}}'
    (run_folder(run).output / "evaluation.json").write_text(text)
    found = client.get(f"/api/projects/{run.project_id}/runs/{run.id}/evaluation").json()
    assert found["trained"] == {"loss": None, "perplexity": None}
    assert found["nonfinite"] == ["trained.loss", "trained.perplexity"]
    page = client.get(f"/projects/{run.project_id}/runs/{run.id}/").content.decode()
    assert "trained.loss, trained.perplexity" in page


def test_a_line_that_says_what_was_not_finite_keeps_its_sign() -> None:
    written = strict_json.dumps(
        strict_json.signed({"step": 1, "max_steps": 2, "loss": float("nan")})
    )
    assert parse_metrics(written.encode()) == json.loads(written)


def test_a_loss_that_is_no_number_is_told_once_and_shows_on_the_run(
    client: Client, run: Run
) -> None:
    path = f"/api/projects/{run.project_id}/runs/{run.id}"
    log_points(run, 1, 2)
    run_progress_update(run)
    assert client.get(path).json()["notice"] == ""
    for step in (3, 4):
        with run_folder(run).log.open("a") as log:
            log.write(f'{{"step": {step}, "max_steps": 10, "loss": NaN}}\n')
        run_progress_update(run)
    (told,) = run.events.filter(code="loss_not_finite")
    assert told.params == {"step": 3}
    assert "step 3" in client.get(path).json()["notice"]
    assert "step 3" in run_selectors.run_status(run)["notice"]
    assert "step 3" in client.get(f"/projects/{run.project_id}/runs/{run.id}/").content.decode()


@pytest.mark.parametrize(("diverged", "reason"), [(True, "finite number"), (False, "code 3")])
def test_a_script_that_gave_up_is_said_to_have_diverged(
    run: Run, diverged: bool, reason: str
) -> None:
    with run_folder(run).log.open("a") as log:
        log.write(f'{HEAD}"loss": {"NaN" if diverged else 1}}}\n')
    run_progress_update(run)
    result = Result(returncode=DIVERGED, error="", disk_full=False, started_at=1, finished_at=2)
    verdict = MACHINE.verdict(run, End(result=result))
    assert verdict is not None
    assert verdict.to == RunStatus.FAILED
    assert reason in render(verdict.code, verdict.params)
