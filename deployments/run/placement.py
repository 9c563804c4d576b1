"""Where a deployment runs: a host, its GPUs and a port, taken in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import Invalid, PlatformError, Unavailable
from core.execution.leases import (
    free_gpus,
    free_memory,
    free_port,
    lease_take,
    lock_host,
)
from core.execution.models import Host, LeaseKind
from deployments.models import Deployment
from deployments.rules.engine_options import EngineOptions
from deployments.rules.sizing import GIB, ModelSize
from deployments.run.state import DEPLOYMENTS
from projects.runs.selectors import gpus_spoken_for


@dataclass(frozen=True)
class Wish:
    """What a launch asks of a host."""

    options: EngineOptions
    size: ModelSize | None
    preferred_gpu: int | None
    host: str | None


@dataclass
class Place:
    host: str
    port: int
    gpu_ids: list[int] = field(default_factory=list)
    warnings: list[list[Any]] = field(default_factory=list)


def candidates(hosts: list[Host], wish: Wish) -> list[Host]:
    """Hosts to try, best first: with GPUs where there are any, this one before others."""
    if wish.host is not None:
        named = [host for host in hosts if host.name == wish.host]
        if not named:
            raise Invalid(
                _("There is no host %(host)s; there are: %(hosts)s")
                % {"host": wish.host, "hosts": ", ".join(host.name for host in hosts)},
                field="host",
            )
        return named
    living = [host for host in hosts if host.is_alive or host.name == settings.PLATFORM_HOST]
    return [host for host in living if host.gpus] or living


def place_take(deployment: Deployment, hosts: list[Host], wish: Wish) -> Place:
    """Lease a place, in the caller's transaction. Raises Invalid, Unavailable with the reason.

    Runs and deployments stand in one order: what is kept for a run that waits is not taken.
    """
    refusal: PlatformError | None = None
    chosen = candidates(hosts, wish)
    holder = DEPLOYMENTS.holder(deployment)
    for name in sorted(host.name for host in chosen):
        lock_host(name)  # in the same order everywhere: nobody waits for each other
    spoken = gpus_spoken_for(hosts)
    for host in chosen:
        try:
            place = _place_on(host, wish, spoken.get(host.name, set()))
        except PlatformError as error:
            refusal = refusal or error
            continue
        lease_take(holder, host.name, LeaseKind.GPU, [str(one) for one in place.gpu_ids])
        lease_take(holder, host.name, LeaseKind.PORT, [str(place.port)])
        return place
    raise refusal or Unavailable(_("No host is there to launch on"))


def _place_on(host: Host, wish: Wish, spoken: set[int]) -> Place:
    gpu_ids, warnings = _choose_gpus(host, wish, spoken)
    low, high = settings.DEPLOY_PORT_LOW, settings.DEPLOY_PORT_HIGH
    port = free_port(host.name, low, high)
    if port is None:
        raise Unavailable(
            _("No port is free on %(host)s: all from %(low)s to %(high)s are in use")
            % {"host": host.name, "low": low, "high": high}
        )
    return Place(host.name, port, gpu_ids, warnings)


def _choose_gpus(host: Host, wish: Wish, spoken: set[int]) -> tuple[list[int], list[list[Any]]]:
    """Indices, most free memory first, and warnings. A host without GPUs serves by its CPU."""
    known = {int(gpu["index"]): gpu for gpu in host.gpus}
    wanted = wish.preferred_gpu
    if wanted is not None and wanted not in known:
        raise Invalid(
            _("There is no GPU %(gpu)s on %(host)s; there are: %(known)s")
            % {"gpu": wanted, "host": host.name, "known": ", ".join(map(str, known)) or "–"},
            field="preferred_gpu",
        )
    if not known:
        return [], []
    unleased = free_gpus(host)
    free = [gpu for gpu in unleased if int(gpu["index"]) not in spoken]
    if wanted in spoken or len(free) < wish.options.gpus <= len(unleased):
        raise Unavailable(
            _("The free GPUs on %(host)s are kept for runs that wait for them") % {"host": host}
        )
    if wanted is not None and wanted not in {int(gpu["index"]) for gpu in free}:
        raise Unavailable(
            _("GPU %(gpu)s on %(host)s is leased by another deployment or run")
            % {"gpu": wanted, "host": host.name},
            field="preferred_gpu",
        )
    if len(free) < wish.options.gpus:
        raise Unavailable(
            _("%(need)s GPUs are needed; of the %(all)s on %(host)s, %(free)s are free")
            % {"need": wish.options.gpus, "all": len(known), "host": host.name, "free": len(free)}
        )
    free.sort(key=lambda gpu: gpu["index"] != wanted)
    chosen = free[: wish.options.gpus]
    return [int(gpu["index"]) for gpu in chosen], _memory_warnings(chosen, wish)


def _memory_warnings(chosen: list[dict[str, Any]], wish: Wish) -> list[list[Any]]:
    """Refuse what cannot fit even an empty device; warn of what is tight now."""
    if wish.size is None or not all(gpu.get("memory_total") for gpu in chosen):
        return []
    need = wish.size.needed(len(chosen), wish.options.max_model_len)
    total = min(int(gpu["memory_total"]) for gpu in chosen)
    if wish.size.weights // len(chosen) > total * wish.options.utilization:
        raise Invalid(
            _(
                "The weights need %(need)s GiB on each GPU and it has %(total)s GiB, of which "
                "%(share)s %% may be used: take more GPUs (--tensor-parallel-size)"
            )
            % {
                "need": gib(wish.size.weights // len(chosen)),
                "total": gib(total),
                "share": round(100 * wish.options.utilization),
            },
            field="model_path",
        )
    free = min(free_memory(gpu) for gpu in chosen)
    if need > min(free, total * wish.options.utilization) or free < (
        total * wish.options.utilization
    ):
        params = {"need": gib(need), "free": gib(free), "total": gib(total)}
        return [["memory_tight", params]]
    return []


def gib(size: int) -> str:
    return f"{size / GIB:.1f}"
