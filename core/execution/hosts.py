"""What the platform knows of its hosts: their GPUs, their address, whether they live."""

from __future__ import annotations

import logging

from django.conf import settings
from django.utils import timezone

from core.execution.gpus import GpuProblem, gpu_probe
from core.execution.models import Host
from core.execution.process_identity import boot_id

logger = logging.getLogger(__name__)


def host_report() -> Host:
    """Look at this host and write it down. The agent does so every few seconds."""
    probe = gpu_probe()
    facts = {
        "address": settings.DEPLOY_ADDRESS,
        "boot_id": boot_id(),
        "gpu_source": probe.source,
        "seen_at": timezone.now(),
    }
    try:
        facts |= {"gpus": [gpu.facts() for gpu in probe.look()], "gpu_problem": ""}
    except GpuProblem as error:
        # The devices stay listed as last seen: they are leased, and the problem is shown.
        logger.warning("GPUs cannot be read: %s", error)
        facts["gpu_problem"] = str(error)[:500]
    host, _made = Host.objects.update_or_create(name=settings.PLATFORM_HOST, defaults=facts)
    return host


def hosts_known() -> list[Host]:
    """All hosts, this one first; this one is looked at if its agent has not reported yet."""
    hosts = {host.name: host for host in Host.objects.all()}
    if settings.PLATFORM_HOST not in hosts:
        hosts[settings.PLATFORM_HOST] = host_report()
    return sorted(hosts.values(), key=lambda host: (host.name != settings.PLATFORM_HOST, host.name))
