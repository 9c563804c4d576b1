"""Keys and secrets: there, whole, and nobody else's to read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import PlatformError
from deid import keys
from deid.models import PolicyVersion, VaultEntry
from platform_site.doctor.facts import Facts
from platform_site.doctor.findings import Codes, Explanation, Finding, Severity

MOST = 1000
SECRET_FILES = ("SECRET_KEY_FILE", "DATABASE_URL_FILE", "OIDC_CLIENT_SECRET_FILE")

CODES: Codes = {
    "key_missing": Explanation(
        Severity.ERROR,
        _("The key %(subject)s, which %(users)s need, is not in %(folder)s"),
        _("Bring it back from a backup: a new key in its place would not fit what was made before"),
    ),
    "key_damaged": Explanation(
        Severity.ERROR,
        _("The key %(subject)s in %(folder)s is damaged or cannot be read"),
        _("Bring it back from a backup; see that the platform's user may read it"),
    ),
    "secret_open": Explanation(
        Severity.ERROR,
        _("%(subject)s may be read by others than the platform (mode %(mode)s)"),
        _("chmod %(wanted)s %(subject)s"),
    ),
    "debug_on": Explanation(
        Severity.ERROR,
        _("DEBUG is on outside the local profile: error pages show settings and data"),
        _("Set DEBUG=false and restart"),
    ),
}


def keys_are_there(facts: Facts) -> Iterator[Finding]:
    users: dict[str, str] = {}
    versions = PolicyVersion.objects.filter(content__has_key="key").select_related("policy")
    for version in versions[:MOST]:
        if name := str(version.content.get("key") or ""):
            users.setdefault(name, f"{version.policy.slug} {version.name}")
    if VaultEntry.objects.exists():
        users[keys.VAULT] = str(_("the entries of the vault"))
    for name, user in users.items():
        params = {"users": user, "folder": settings.DEID_KEY_DIR}
        if not keys.key_path(name).exists():
            yield Finding("key_missing", name, params)
        elif not _readable(name):
            yield Finding("key_damaged", name, params)


def _readable(name: str) -> bool:
    try:
        keys.key_read(name)
    except (PlatformError, OSError):
        return False
    return True


def secrets_are_secret(facts: Facts) -> Iterator[Finding]:
    """Files that we made are ours alone; those of an operator may be a group's."""
    ours = [Path(settings.PLATFORM_VAR) / "secret_key", Path(settings.DEID_KEY_DIR)]
    ours += sorted(Path(settings.DEID_KEY_DIR).glob("*.key"))[:MOST]
    given = [Path(os.environ[name]) for name in SECRET_FILES if os.environ.get(name)]
    for path, forbidden in [*((one, 0o077) for one in ours), *((one, 0o007) for one in given)]:
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError:
            continue
        if mode & forbidden:
            wanted = f"{mode & ~forbidden:o}"
            yield Finding("secret_open", str(path), {"mode": f"{mode:o}", "wanted": wanted})


def settings_are_safe(facts: Facts) -> Iterator[Finding]:
    if settings.DEBUG and not settings.LOCAL:
        yield Finding("debug_on", "DEBUG")


CHECKS = [keys_are_there, secrets_are_secret, settings_are_safe]
