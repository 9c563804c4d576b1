"""Background tasks of datasets; each only calls a service."""

from __future__ import annotations

from datasets import services


def file_check(upload_id: str) -> None:
    services.file_check(upload_id=upload_id)
