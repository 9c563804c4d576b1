"""What a job's report says about personal data in a file, and by whose word.

Only two things count: what the platform's own types find, which the job counts whatever its policy
keeps, allows or overlooks; and whether an operator has approved the version of the policy.
"""

from __future__ import annotations

from typing import Any

from datasets.models import DatasetFile, DataState
from deid.engine.job.report import broken_rows
from deid.models import PolicyVersion


def state_of_read(report: dict[str, Any], version: PolicyVersion) -> DataState | None:
    """Of the file that a job has read; None: the job says nothing that would change its state.

    Bad news is believed of every policy, good news only of an approved version: rows that could
    only be read as text may hold more than was found, and a report without the platform's own
    count says nothing good.
    """
    if report.get("entities") or report.get("own") or broken_rows(report):
        return DataState.PERSONAL
    if "own" not in report or not version.is_approved:
        return None
    return DataState.CLEAN


def state_of_result(report: dict[str, Any], version: PolicyVersion) -> DataState:
    """Of the file that a de-identification has made."""
    left = report.get("left")
    if version.is_approved or left == 0:
        return DataState.DEIDENTIFIED
    return DataState.PERSONAL if left else DataState.UNSCANNED


def state_set(file: DatasetFile, state: DataState | None, version: PolicyVersion) -> None:
    """What was de-identified stays so: a scan finds its surrogates."""
    if state is not None:
        DatasetFile.objects.filter(id=file.id).exclude(data_state=DataState.DEIDENTIFIED).update(
            data_state=state, state_version=version
        )


def approval_gone(version: PolicyVersion) -> None:
    """Take back what only the approval of this version said."""
    files = DatasetFile.objects.filter(state_version=version)
    files.filter(data_state=DataState.CLEAN).update(
        data_state=DataState.UNSCANNED, state_version=None
    )
    for file in files.filter(data_state=DataState.DEIDENTIFIED):
        left = file.lineage.get("left")
        if left != 0:
            file.data_state = DataState.PERSONAL if left else DataState.UNSCANNED
            file.save(update_fields=["data_state"])
