"""Reads of reviews."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.ownership import find_visible
from core.errors import NotFound
from core.identifiers import as_uuid
from datasets.models import DatasetFile, Review, ReviewStatus, Verdict
from datasets.reviews.share import Share

_JUDGED = Count("rows", filter=~Q(rows__verdict=""))
_CLEAN = Count("rows", filter=Q(rows__verdict=Verdict.CLEAN))


@dataclass(frozen=True)
class Reviewed:
    """A review as the list of files shows it."""

    id: UUID
    share: Share


def review_get(actor: Actor, review_id: object) -> Review:
    """One review of a file that the actor sees. Raises NotFound."""
    reviews = Review.objects.select_related("file__dataset", "created_by")
    found = find_visible(reviews.filter(id=as_uuid(review_id)), actor, "file__dataset__")
    if found is None:
        raise NotFound(_("There is no such review"))
    return found


def share_of(review: Review) -> Share:
    """Of the rows that were drawn, by those that were judged."""
    row = Review.objects.filter(id=review.id).order_by().values(
        judged=_JUDGED, clean=_CLEAN, all=Count("rows")
    ).get()  # fmt: skip
    return Share(row["clean"], row["judged"], row["all"])


def reviews_attached(files: Iterable[DatasetFile]) -> None:
    """Give each file its newest review as `reviewed`, None where there is none: one query."""
    found = {file.id: file for file in files}
    for file in found.values():
        file.reviewed = None  # type: ignore[attr-defined]
    rows = (
        Review.objects.filter(file__in=found)
        .exclude(status=ReviewStatus.FAILED)
        .order_by("created_at")
        .values_list("file_id", "id")
        .annotate(clean_rows=_CLEAN, judged_rows=_JUDGED, drawn_rows=Count("rows"))
    )
    for file_id, key, clean, judged, drawn in rows:
        share = Share(clean, judged, drawn)
        found[file_id].reviewed = Reviewed(key, share)  # type: ignore[attr-defined]
