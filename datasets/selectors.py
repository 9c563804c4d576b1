"""Reads of datasets."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from datasets import storage
from datasets.models import Dataset, DatasetFile, TrainConfig
from platform_site.errors import NotFound

NIL = uuid.UUID(int=0)  # no row has it


def as_uuid(value: object) -> uuid.UUID:
    """The UUID that `value` spells, or the nil one: a malformed id is simply not found."""
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    except ValueError:
        return NIL


def dataset_list(search: str = "") -> QuerySet[Dataset]:
    """Datasets, newest first, with `files_count` and `total_bytes_sum`."""
    queryset = Dataset.objects.annotate(
        files_count=Count("files"), total_bytes_sum=Coalesce(Sum("files__size"), 0)
    )
    return queryset.filter(name__icontains=search) if search else queryset


def dataset_get(dataset_id: object) -> Dataset:
    """One dataset with its files and configuration. Raises NotFound."""
    found = (
        Dataset.objects.filter(id=as_uuid(dataset_id))
        .select_related("train_config")
        .prefetch_related("files")
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such dataset"))
    return found


def file_get(upload_id: object) -> DatasetFile:
    """One uploaded file with its dataset. Raises NotFound."""
    found = DatasetFile.objects.select_related("dataset").filter(id=as_uuid(upload_id)).first()
    if found is None:
        raise NotFound(_("There is no such upload"))
    return found


def file_path(file: DatasetFile) -> Path:
    return storage.files_folder() / file.stored_name


def train_config_get(dataset: Dataset) -> TrainConfig:
    """The dataset's training configuration. Raises NotFound."""
    config: TrainConfig | None = getattr(dataset, "train_config", None)
    if config is None:
        raise NotFound(_("This dataset has no training configuration"))
    return config


def train_config_path(config: TrainConfig) -> Path:
    return storage.configs_folder() / config.stored_name


def train_config_text(dataset: Dataset) -> str:
    """The YAML as text, for showing."""
    return train_config_path(train_config_get(dataset)).read_text("utf-8", errors="replace")


def newest_file_named(name: str) -> tuple[Path, str] | None:
    """Path and description of the newest upload of that original name."""
    file = (
        DatasetFile.objects.filter(name=name)
        .select_related("dataset")
        .order_by("-dataset__created_at", "-uploaded_at")
        .first()
    )
    if file is None:
        return None
    return file_path(file), _described(file.name, file.dataset, file.stored_name)


def newest_config_named(name: str) -> tuple[Path, str] | None:
    """Path and description of the newest training configuration of that original name."""
    config = (
        TrainConfig.objects.filter(filename=name)
        .select_related("dataset")
        .order_by("-dataset__created_at")
        .first()
    )
    if config is None:
        return None
    path = train_config_path(config)
    return path, _described(config.filename, config.dataset, config.stored_name)


def uploaded_names(limit: int = 200) -> tuple[list[str], list[str]]:
    """Original names of uploaded files and of configurations, newest first."""
    files = DatasetFile.objects.order_by("-uploaded_at").values_list("name", flat=True)[:limit]
    configs = TrainConfig.objects.order_by("-uploaded_at").values_list("filename", flat=True)
    return list(dict.fromkeys(files)), list(dict.fromkeys(configs[:limit]))


def _described(name: str, dataset: Dataset, stored_name: str) -> str:
    return f"{name} ({dataset.name}, {dataset.id}, {stored_name})"
