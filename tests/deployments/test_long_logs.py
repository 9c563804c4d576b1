"""What an engine's log says is found behind what was dropped of it."""

from __future__ import annotations

import uuid

from core.execution.log_file import extent
from deployments.models import Deployment
from deployments.run.endings import _tail
from deployments.run.lifecycle import _phase
from deployments.run.log_reader import failure_in
from deployments.run.paths import log_path, run_folder
from tests.support.wrapped import bound_once

BOUND = 512 * 1024


def test_phase_and_failure_are_read_behind_the_gap() -> None:
    row = Deployment(id=uuid.uuid4(), attempt_offset=100_000, log_offset=150_000)
    log = log_path(row.id)
    noise = b"INFO 1 request\n" * (3 * BOUND // 15)
    log.write_bytes(noise + b"Loading safetensors checkpoint shards: 50%\n" + b"x\n" * 1000)
    bound_once(log, BOUND)
    assert extent(log).resume > row.log_offset
    for _look in range(3):
        row.log_offset = _phase(row).get("log_offset", row.log_offset)
    assert row.log_offset == log.stat().st_size
    assert (row.phase_code, row.phase_params) == ("loading_percent", {"percent": "50"})
    with log.open("ab") as file:
        file.write(b"torch.cuda.OutOfMemoryError: no more\n")
    assert (failure_in(_tail(row)) or ("",))[0] == "gpu_memory"
    assert "\0" not in _tail(row)


def test_the_bound_is_the_operators(settings: object) -> None:
    settings.DEPLOY_LOG_MAX_BYTES = 7_000_000  # type: ignore[attr-defined]
    assert run_folder(Deployment(id=uuid.uuid4())).log_bytes == 7_000_000
