"""Writes of reviews: draw, judge."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from core.accounts import audit
from core.accounts.actor import Actor
from core.errors import Conflict, Invalid
from datasets.deid_jobs.selectors import format_needed
from datasets.models import DatasetFile, Review, ReviewRow, ReviewStatus, Verdict
from datasets.selectors import file_path
from deid.engine.drawing import draw
from deid.engine.formats.encoding import Unreadable

LEAST, MOST = 1, 200


def review_start(
    *, actor: Actor, file: DatasetFile, wanted: int, seed: int | None = None
) -> Review:
    """Have rows drawn in the background; without a seed by one of chance. Raises Invalid."""
    actor.require("datasets.change_dataset", file.dataset)
    if not LEAST <= wanted <= MOST:
        raise Invalid(
            _("rows: must be between %(low)s and %(high)s") % {"low": LEAST, "high": MOST},
            field="rows",
        )
    format_needed(file)
    with transaction.atomic():
        chosen = secrets.randbelow(2**31) if seed is None else seed
        review = Review.objects.create(
            file=file, seed=chosen, wanted=wanted, created_by=actor.user
        )  # fmt: skip
        changes = {"file": [None, file.name], "rows": [None, wanted], "seed": [None, chosen]}
        audit.record(actor, "dataset.review", file.dataset, changes=changes)
        async_task("datasets.tasks.review_draw", str(review.id))
    return review


def review_draw(review_id: str) -> None:
    """Draw the rows; twice is once."""
    review = Review.objects.select_related("file").filter(id=review_id).first()
    if review is None or review.status != ReviewStatus.DRAWING:
        return
    try:
        file = review.file
        drawn = draw(file_path(file), format_needed(file), review.wanted, review.seed)
    except (Unreadable, OSError, UnicodeDecodeError):
        _moved(review, ReviewStatus.FAILED)
        return
    with transaction.atomic():
        if _moved(review, ReviewStatus.OPEN, total=drawn.total, columns=drawn.columns):
            ReviewRow.objects.bulk_create(
                ReviewRow(review=review, number=number, text=text) for number, text in drawn.rows
            )


def _moved(review: Review, status: ReviewStatus, **fields: object) -> bool:
    """The one way on, from drawing; False where another was faster or it is gone."""
    waiting = Review.objects.filter(id=review.id, status=ReviewStatus.DRAWING)
    return bool(waiting.update(status=status, **fields))


def rows_judge(*, actor: Actor, review: Review, verdicts: Mapping[int, str]) -> None:
    """What people say of rows, by their numbers; an empty verdict takes one back.

    Raises Forbidden, Conflict, Invalid.
    """
    actor.require("datasets.change_dataset", review.file.dataset)
    if review.status != ReviewStatus.OPEN:
        raise Conflict(_("The rows have not been drawn"))
    for number, verdict in verdicts.items():
        if verdict not in ("", *Verdict.values):
            raise Invalid(
                _("row %(number)s: must be one of: %(allowed)s")
                % {"number": number, "allowed": ", ".join(Verdict.values)},
                field="verdict",
            )
    with transaction.atomic():
        changed = []
        for row in review.rows.select_for_update().filter(number__in=verdicts):
            if row.verdict != verdicts[row.number]:
                row.verdict = verdicts[row.number]
                row.judged_by = actor.user if row.verdict else None
                row.judged_at = timezone.now() if row.verdict else None
                changed.append(row)
        ReviewRow.objects.bulk_update(changed, ["verdict", "judged_by", "judged_at"])
        if changed:
            changes = {"rows judged": [None, len(changed)]}
            audit.record(actor, "dataset.review_judge", review.file.dataset, changes=changes)
