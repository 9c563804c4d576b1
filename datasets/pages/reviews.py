"""Pages of reviews: random rows of a file, judged by people."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.accounts.actor import actor_of
from core.accounts.limits import limited
from core.errors import Forbidden, NotFound, PlatformError
from datasets import selectors
from datasets.models import Review, Verdict
from datasets.reviews import selectors as review_selectors
from datasets.reviews import services


@require_POST
@limited("start")
def review_start(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    file = selectors.file_get(actor, upload_id)
    try:
        wanted = _number(request.POST.get("rows"), 50)
        seed = _number(request.POST.get("seed"), None)
        review = services.review_start(actor=actor, file=file, wanted=wanted or 0, seed=seed)
    except (Forbidden, NotFound):
        raise
    except PlatformError as error:
        messages.error(request, error.message)
        return redirect("datasets:detail", file.dataset_id)
    return redirect("datasets:review", review.id)


def _number(text: str | None, default: int | None) -> int | None:
    text = (text or "").strip()
    if not text:
        return default
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


@require_http_methods(["GET", "HEAD", "POST"])
def review_detail(request: HttpRequest, review_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    review = review_selectors.review_get(actor, review_id)
    if request.method == "POST":
        try:
            services.rows_judge(actor=actor, review=review, verdicts=_verdicts(request, review))
            messages.success(request, _("Your verdicts are kept"))
        except Forbidden:
            raise
        except PlatformError as error:
            messages.error(request, error.message)
        return redirect("datasets:review", review.id)
    context = {
        "review": review,
        "rows": review.rows.select_related("judged_by"),
        "share": review_selectors.share_of(review),
        "verdicts": Verdict.choices,
        "may_judge": actor.may("datasets.change_dataset", review.file.dataset),
    }
    partial = "_review" if request.headers.get("HX-Request") else "review"
    return render(request, f"datasets/{partial}.html", context)


def _verdicts(request: HttpRequest, review: Review) -> dict[int, str]:
    """Of the rows that the form showed."""
    numbers = review.rows.values_list("number", flat=True)
    said = {number: request.POST.get(f"row-{number}") for number in numbers}
    return {number: verdict for number, verdict in said.items() if verdict is not None}
