"""What pages show of files that are worked on, for those who wait for it to change."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import Any

from core.changes.watch import Facts, Kind
from datasets.models import JOB_ACTIVE, CheckStatus, DatasetFile, FileJob
from datasets.selectors import dataset_seen


def _look(datasets: Collection[Any]) -> Facts:
    """By dataset: its jobs that go on, and its files that are checked."""
    jobs = FileJob.objects.filter(status__in=JOB_ACTIVE, dataset_id__in=datasets)
    files = DatasetFile.objects.filter(check_status=CheckStatus.PENDING, dataset_id__in=datasets)
    found: dict[Hashable, tuple[Hashable, ...]] = {}
    shown = ("id", "status", "done", "total", "stop_requested_at", "notice_code")
    for rows in (
        jobs.order_by("id").values_list("dataset_id", *shown),
        files.order_by("id").values_list("dataset_id", "id"),
    ):
        for dataset, *facts in rows:
            found[dataset] = (*found.get(dataset, ()), tuple(facts))
    return found


WORK_ON_DATASET = Kind("datasets", "datasets", _look, dataset_seen)
