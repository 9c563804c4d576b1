"""Reads of projects. Those of their runs: projects.runs.selectors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.ownership import PreparedVisible, find_visible, visible
from core.api.shapes import utc
from core.errors import NotFound
from core.identifiers import as_uuid
from datasets import selectors as datasets_selectors
from projects.models import Project, Run
from projects.runs.paths import training_dir

MAX_NAMES = 200


# What the API shows of a project (ProjectSerializer), and where it lies.
_SHOWN = {
    "id": "id", "name": "name", "dataset_name": "dataset_name",
    "training_yaml_name": "training_yaml_name", "description": "description",
    "created_at": "created_at", "updated_at": "updated_at", "owner": "owner__username",
    "visibility": "visibility", "team": "team__name", "data_gate": "data_gate",
    "file_dataset_id": "file_dataset_id", "config_dataset_id": "config_dataset_id",
}  # fmt: skip
_DOCUMENTS = PreparedVisible(
    lambda: Project.objects.order_by("-created_at", "-id").values_list(*_SHOWN.values())
)


def project_documents(actor: Actor) -> list[dict[str, Any]]:
    """All projects that the actor sees, newest first, as the API shows them."""
    documents = [dict(zip(_SHOWN, row, strict=True)) for row in _DOCUMENTS.rows(actor)]
    for document in documents:
        document["created_at"] = utc(document["created_at"])
        document["updated_at"] = utc(document["updated_at"])
    return documents


def project_rows(actor: Actor, search: str = "") -> QuerySet[Project]:
    """Projects that the actor sees, newest first, for pages; `search`: in their name."""
    rows = visible(Project.objects.select_related("owner"), actor.user)
    return rows.filter(name__icontains=search) if search else rows


def runs_summed(projects: Iterable[Project]) -> None:
    """Give each project of a page its `runs_count` and `latest_status`: two queries."""
    found = {project.id: project for project in projects}
    runs = Run.objects.filter(project__in=found).order_by().values_list("project_id")
    counts = dict(runs.annotate(count=Count("id")))
    latest = Run.objects.filter(project=OuterRef("pk")).order_by("-created_at", "-id")
    states = Project.objects.filter(id__in=found).order_by().values_list("id")
    newest = dict(states.annotate(status=Subquery(latest.values("status")[:1])))
    for key, project in found.items():
        project.runs_count = counts.get(key, 0)  # type: ignore[attr-defined]
        project.latest_status = newest.get(key)  # type: ignore[attr-defined]


def project_get(actor: Actor, reference: object) -> Project:
    """A project by id or by name; the id wins. Raises NotFound."""
    projects = Project.objects.select_related("owner", "team")
    found = find_visible(projects.filter(id=as_uuid(reference)), actor)
    found = found or find_visible(projects.filter(name=str(reference)), actor)
    if found is None:
        raise NotFound(_("There is no such project"))
    return found


def project_seen(actor: Actor, project_id: UUID) -> bool:
    """Whether the actor sees it (still): one query, and nothing is read."""
    return visible(Project.objects.filter(id=project_id), actor.user).exists()


def input_names(actor: Actor) -> dict[str, list[str]]:
    """Names that a project can use: files of the training folder, then uploads."""
    files, configs = datasets_selectors.uploaded_names(actor, MAX_NAMES)
    return {
        "datasets": _names("datasets", (".jsonl", ".json", ".csv", ".parquet", ".txt")) + files,
        "configs": _names("configs", (".yaml", ".yml")) + configs,
    }


def datasets_meant(actor: Actor, project: Project) -> dict[str, Any]:
    """The datasets that a project's two names mean, where the actor sees them."""
    held = {"dataset": project.file_dataset_id, "config": project.config_dataset_id}
    seen = datasets_selectors.datasets_seen(actor, [one for one in held.values() if one])
    return {key: seen.get(one) for key, one in held.items() if one}


def _names(folder: str, suffixes: tuple[str, ...]) -> list[str]:
    root = training_dir() / folder
    if not root.is_dir():
        return []
    names = sorted(
        f"{folder}/{path.name}" for path in root.iterdir() if path.suffix.lower() in suffixes
    )
    return names[:MAX_NAMES]
