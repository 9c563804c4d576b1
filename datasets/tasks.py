"""Background tasks of datasets; each only calls a service."""

from __future__ import annotations

from datasets import services
from datasets.deid_jobs import lifecycle
from datasets.reviews.services import review_draw as draw


def file_check(upload_id: str) -> None:
    services.file_check(upload_id=upload_id)


def job_launch(job_id: str) -> None:
    lifecycle.MACHINE.launch(job_id)


def job_reconcile(job_id: str) -> None:
    lifecycle.MACHINE.reconcile(job_id)


def review_draw(review_id: str) -> None:
    draw(review_id)
