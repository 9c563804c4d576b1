"""Several runs side by side: what their configurations and inputs differ in, and their curves."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.ownership import visible
from core.errors import Invalid, NotFound
from core.identifiers import as_uuid
from projects.models import Run
from projects.runs import own_config as frozen
from projects.runs.metrics import run_metrics
from projects.runs.paths import read_run_file
from training.scripts.trainer.strict_json import SIGN, loads, signed

MAX_RUNS = 8
MAX_POINTS = 500
MAX_METRICS = 60
LARGEST = 1e300
MAX_BYTES = 4 * 1024 * 1024
NOT_CURVES = {"step", "max_steps", "event", "epoch", "elapsed_seconds", "num_tokens", "total_flos"}


def runs_chosen(actor: Actor, ids: list[str]) -> list[Run]:
    """Visible runs in the order asked for. Raises Invalid, NotFound; two queries at most."""
    wanted = list(dict.fromkeys(filter(None, map(as_uuid, ids))))
    if len(wanted) > MAX_RUNS:
        raise Invalid(_("At most %(most)s runs can be compared") % {"most": MAX_RUNS}, field="run")
    runs = visible(Run.objects.select_related("project"), actor.user, "project__")
    found = {run.id: run for run in runs.filter(id__in=wanted)}
    if len(found) < len(wanted) or not wanted:
        raise NotFound(_("There is no such run"))
    return [found[one] for one in wanted]


def differences(runs: list[Run]) -> list[dict[str, Any]]:
    """`{"key", "values"}` for every key in which the runs are not all alike, sorted by key."""
    tables = [_facts(run) for run in runs]
    keys = sorted({key for table in tables for key in table})
    rows = [{"key": key, "values": [table.get(key) for table in tables]} for key in keys]
    return [row for row in rows if any(value != row["values"][0] for value in row["values"])]


def _facts(run: Run) -> dict[str, Any]:
    """The configuration by dotted key, and the digests of what it was fed with."""
    inputs = {f"sha256.{name}": run.digests.get(name) for name in ("dataset", "script")}
    return {**frozen.flattened(run), **{key: value for key, value in inputs.items() if value}}


def curves(runs: list[Run]) -> dict[str, list[list[list[float]]]]:
    """Metric to one list of `[step, value]` for each run; metrics that any of them has."""
    found: dict[str, list[list[list[float]]]] = {}
    for position, run in enumerate(runs):
        for point in run_metrics(run, max_points=MAX_POINTS)["points"]:
            for name, value in point.items():
                if name in NOT_CURVES or not _is_drawable(value):
                    continue
                found.setdefault(name, [[] for _run in runs])[position].append(
                    [point["step"], value]
                )
    return dict(sorted(found.items())[:MAX_METRICS])


def _is_drawable(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < LARGEST


def last_values(found: dict[str, list[list[list[float]]]]) -> list[dict[str, Any]]:
    """The last value of every curve, for who reads without charts."""
    return [
        {"key": name, "values": [points[-1][1] if points else None for points in by_run]}
        for name, by_run in found.items()
    ]


def evaluation_of(run: Run) -> dict[str, Any] | None:
    """What the run measured of itself at its end (`evaluation.json`); None where it did not."""
    try:
        value = loads(read_run_file(run, "output/evaluation.json", MAX_BYTES))
    except (OSError, ValueError):
        return None
    return _shaped(signed(value)) if isinstance(value, dict) else None


def _shaped(found: dict[str, Any]) -> dict[str, Any]:
    """A script of one's own may write anything; pages and the API need these as they are."""
    rows, accuracy, data = found.get("rows"), found.get("accuracy"), found.get("data")
    answers, names = found.get("answers"), found.get(SIGN)
    return {
        "data": data if isinstance(data, str) else None,
        "rows": rows if type(rows) is int and 0 <= rows < 2**53 else 0,
        SIGN: [one for one in names if isinstance(one, str)] if isinstance(names, list) else [],
        "accuracy": accuracy if _is_drawable(accuracy) else None,
        "answers": [one for one in answers if isinstance(one, dict)]
        if isinstance(answers, list)
        else [],
        **{
            who: found[who] if isinstance(found.get(who), dict) else None
            for who in ("base", "trained")
        },
    }
