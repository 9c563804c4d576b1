"""HTML pages of datasets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.accounts.actor import actor_of
from core.accounts.limits import limited
from core.accounts.pages.sharing import sharing_context, sharing_post
from core.errors import NotFound, PlatformError
from core.files.streaming import attachment
from core.pages.forms import add_error
from core.pages.keyset import page_of
from datasets import selectors, services
from datasets.deid_jobs import selectors as job_selectors
from datasets.deid_jobs.selectors import format_of
from datasets.models import Dataset
from datasets.pages.forms import DatasetForm, FileForm, tell_kept
from datasets.reviews.selectors import reviews_attached
from deid import selectors as deid_selectors


def find_dataset(request: HttpRequest, dataset_id: UUID) -> Dataset:
    """A dataset that the reader sees. Raises NotFound."""
    return selectors.dataset_get(actor_of(request), dataset_id)


@require_safe
def dataset_list(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("q", "").strip()[:255]
    page = page_of(request, selectors.dataset_list(actor_of(request), search))
    selectors.files_summed(page.rows)
    return render(request, "datasets/list.html", {"page": page, "search": search})


@require_http_methods(["GET", "HEAD", "POST"])
def dataset_new(request: HttpRequest) -> HttpResponse:
    actor_of(request).require("datasets.add_dataset")
    form = DatasetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        description = data.pop("description")
        metadata = {"description": description} if description else {}
        try:
            dataset = services.dataset_create(actor=actor_of(request), **data, metadata=metadata)
            return redirect("datasets:detail", dataset.id)
        except PlatformError as error:
            add_error(form, error)
    status = 400 if form.errors else 200
    return render(request, "datasets/new.html", {"form": form}, status=status)


@require_safe
def dataset_detail(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    return _detail(request, dataset_id, FileForm(), FileForm())


def _detail(
    request: HttpRequest,
    dataset_id: UUID,
    file_form: forms.Form,
    config_form: forms.Form,
    status: int = 200,
) -> HttpResponse:
    dataset = find_dataset(request, dataset_id)
    files = list(dataset.files.all())
    reviews_attached(files)
    jobs = list(job_selectors.job_list(dataset)[:10])
    context = {
        "dataset": dataset,
        "files": files,
        "jobs": jobs,
        "working": any(job.is_active for job in jobs),
        "policies": deid_selectors.policy_list(actor_of(request)),
        "readable": {file.id for file in files if format_of(file) is not None},
        "checking": any(file.check_status == "pending" for file in files),
        "total_bytes": sum(file.size for file in files),
        "metadata": {
            key: ", ".join(map(str, value)) if isinstance(value, list) else value
            for key, value in dataset.metadata.items()
        },
        "file_form": file_form,
        "config_form": config_form,
        "config_text": _config_text(dataset),
        **sharing_context(actor_of(request), dataset),
    }
    template = "_files.html" if request.headers.get("HX-Request") else "detail.html"
    return render(request, f"datasets/{template}", context, status=status)


def _config_text(dataset: object) -> str:
    try:
        return selectors.train_config_text(dataset)  # type: ignore[arg-type]
    except (NotFound, OSError):
        return ""


def _receive(
    request: HttpRequest,
    dataset_id: UUID,
    attach: Callable[[UploadedFile[Any]], str],
    *,
    config: bool,
) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            messages.success(request, attach(form.cleaned_data["file"]))
            return redirect("datasets:detail", dataset_id)
        except PlatformError as error:
            add_error(form, error)
            status = error.status
    else:
        status = 400
    forms_shown = (FileForm(), form) if config else (form, FileForm())
    return _detail(request, dataset_id, *forms_shown, status=status)


@require_POST
def dataset_sharing(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    dataset = find_dataset(request, dataset_id)
    return sharing_post(request, dataset, "datasets:detail")


@require_POST
@limited("upload")
def file_upload(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    dataset = find_dataset(request, dataset_id)

    def attach(upload: UploadedFile[Any]) -> str:
        file = services.file_attach(actor=actor_of(request), dataset=dataset, upload=upload)
        return _("Uploaded: %(name)s") % {"name": file.name}

    return _receive(request, dataset_id, attach, config=False)


@require_POST
@limited("upload")
def config_upload(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    dataset = find_dataset(request, dataset_id)

    def attach(upload: UploadedFile[Any]) -> str:
        config = services.train_config_put(actor=actor_of(request), dataset=dataset, upload=upload)
        return _("Uploaded: %(name)s") % {"name": config.filename}

    return _receive(request, dataset_id, attach, config=True)


@require_http_methods(["GET", "HEAD", "POST"])
def dataset_delete(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    dataset = find_dataset(request, dataset_id)
    actor_of(request).require("datasets.delete_dataset", dataset)
    if request.method == "POST":
        tell_kept(request, services.dataset_delete(actor=actor_of(request), dataset=dataset))
        messages.success(request, _("Deleted: %(name)s") % {"name": dataset.name})
        return redirect("datasets:list")
    return render(request, "confirm_delete.html", {"object": dataset, "back": "datasets:detail"})


@require_POST
def file_delete(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    file = selectors.file_get(actor_of(request), upload_id)
    tell_kept(request, services.upload_abort(actor=actor_of(request), upload_id=upload_id))
    messages.success(request, _("Deleted: %(name)s") % {"name": file.name})
    return redirect("datasets:detail", file.dataset_id)


@require_POST
def config_delete(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    services.train_config_delete(actor=actor_of(request), dataset=find_dataset(request, dataset_id))
    messages.success(request, _("The training configuration was deleted"))
    return redirect("datasets:detail", dataset_id)


@require_safe
def file_download(request: HttpRequest, upload_id: UUID) -> StreamingHttpResponse:
    """The file as it came."""
    file, content = services.file_open(actor=actor_of(request), upload_id=upload_id)
    return attachment(content, size=file.size, name=file.name)
