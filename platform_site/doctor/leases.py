"""Leases and those that hold them: each has the other, and nothing is held twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from core.execution.models import LeaseKind
from platform_site.doctor.facts import Facts
from platform_site.doctor.findings import Codes, Explanation, Finding, Severity
from platform_site.doctor.rows import Owner

Held = tuple[str, str, str]  # host, kind, value

CODES: Codes = {
    "lease_without_holder": Explanation(
        Severity.ERROR,
        _("%(subject)s is leased by the %(holder)s, which is not active"),
        _(
            "Give it back: manage.py shell -c 'from core.execution.models import Lease; "
            'Lease.objects.filter(pk=%(lease)s, holder_id="%(id)s").delete()\''
        ),
    ),
    "holder_without_lease": Explanation(
        Severity.ERROR,
        _("%(subject)s is active and uses %(what)s, for which it has no lease"),
        _("Stop it and start it again: a new start takes its leases anew"),
    ),
    "two_holders": Explanation(
        Severity.ERROR,
        _("%(subject)s is used by several at once: %(holders)s"),
        _("Stop all of them but one and start them again: each then gets a place of its own"),
    ),
}


def leases_and_holders(facts: Facts) -> Iterator[Finding]:
    active = {(owner.kind, owner.row.id) for owner in facts.rows}
    for lease in facts.leases:
        if (lease.holder_type, lease.holder_id) not in active:
            holder = f"{lease.holder_type} {lease.holder_id}"
            params = {"holder": holder, "lease": lease.pk, "id": lease.holder_id}
            yield Finding("lease_without_holder", str(lease), params, lease.created_at)


def holders_and_leases(facts: Facts) -> Iterator[Finding]:
    leased: dict[object, set[Held]] = defaultdict(set)
    for lease in facts.leases:
        leased[lease.holder_id].add((lease.host, lease.kind, lease.value))
    users: dict[Held, list[Owner]] = defaultdict(list)
    for owner in facts.rows:
        used = _used(owner)
        for one in used:
            users[one].append(owner)
        if missing := used - leased[owner.row.id]:
            what = ", ".join(sorted(" ".join(one) for one in missing))
            yield Finding("holder_without_lease", owner.subject, {"what": what}, owner.since)
    for one, owners in users.items():
        if len(owners) > 1:
            holders = ", ".join(sorted(owner.subject for owner in owners))
            yield Finding("two_holders", " ".join(one), {"holders": holders})


def _used(owner: Owner) -> set[Held]:
    """What the row says that it has. Jobs have neither."""
    row = owner.row
    gpus = {(row.host, str(LeaseKind.GPU), str(one)) for one in getattr(row, "gpu_ids", [])}
    port = getattr(row, "port", None)
    return gpus | ({(row.host, str(LeaseKind.PORT), str(port))} if port is not None else set())


CHECKS = [leases_and_holders, holders_and_leases]
