"""What a launch may be asked for: each refusal names its field."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import Invalid

MAX_TAGS = 50
# owner/name or name, as hubs have it; never an option, a path that climbs, or a shell's signs.
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?", re.ASCII)
_HEALTH_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*", re.ASCII)


def local_model(model_path: str) -> Path | None:
    """The folder that `model_path` names here; None for a hub's name."""
    # os.path answers for any text; Path raises for names too long and for unknown homes.
    path = Path(settings.BASE_DIR, os.path.expanduser(model_path))  # noqa: PTH111
    return path if looks_local(model_path) or os.path.exists(path) else None  # noqa: PTH110


def looks_local(model_path: str) -> bool:
    return model_path.startswith(("/", "./", "../", "~")) or model_path in (".", "..")


def check_model_name(model_path: str) -> None:
    """Raise Invalid unless it is a folder or GGUF file that is there, or a hub's name."""
    if not model_path.strip() or any(ord(sign) < 32 for sign in model_path):
        raise Invalid(_("A path or a model's name is needed"), field="model_path")
    folder = local_model(model_path)
    if folder is None:
        if not _HUB_NAME.fullmatch(model_path) or ".." in model_path:
            raise Invalid(
                _("%(model)s is neither a folder here nor a model's name such as owner/name")
                % {"model": model_path[:200]},
                field="model_path",
            )
    elif not (os.path.isdir(folder) or (folder.suffix == ".gguf" and os.path.isfile(folder))):  # noqa: PTH112, PTH113
        raise Invalid(
            _("There is no model at %(model)s") % {"model": model_path[:200]}, field="model_path"
        )


def check_health_path(path: str) -> None:
    """Raise Invalid unless it is a path on the engine: no scheme, host, query or `..`."""
    parts = urlsplit(path)
    if (
        not _HEALTH_PATH.fullmatch(path)
        or path.startswith("//")
        or parts.scheme
        or parts.netloc
        or any(part in ("..", ".") for part in path.replace("%2e", ".").split("/"))
        or "%2e" in path.lower()
    ):
        raise Invalid(
            _("health_path must be a path such as /health: no scheme, host, query or '..'"),
            field="health_path",
        )


def check_tags(tags: list[str]) -> None:
    if len(tags) > MAX_TAGS or any(not tag.strip() or len(tag) > 100 for tag in tags):
        raise Invalid(
            _("At most %(most)s tags of 1 to 100 characters") % {"most": MAX_TAGS}, field="tags"
        )
