"""Whose process listens on a deployment's port, as the kernel says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import httpx

from core.execution.process_identity import marked_processes
from deployments.adapters import base_url
from deployments.models import Deployment
from deployments.run.engine_key import authorization

LISTEN = "0A"  # linux/include/net/tcp_states.h
Owner = Literal["ours", "foreign", "nobody"]


def port_owner(row: Deployment) -> Owner:
    """`ours` if a process of the deployment's own tree listens there."""
    sockets = _listening(row.port or 0)
    if not sockets:
        # Seen from a container of our own, the host's sockets are not there.
        return "ours" if row.executor == "container" and _names_our_model(row) else "nobody"
    for pid in marked_processes(f"{row.id}-{row.attempt}"):
        if sockets & _sockets_of(pid):
            return "ours"
    if row.executor == "container" and _names_our_model(row):
        return "ours"  # its processes may be another user's, whom we cannot look into
    return "foreign"


def _listening(port: int) -> set[str]:
    """Inodes of the sockets that listen on the port, on any address."""
    found = set()
    for name in ("tcp", "tcp6"):
        try:
            lines = Path("/proc/net", name).read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{fields[9]}]")
    return found


def _sockets_of(pid: int) -> set[str]:
    folder = f"/proc/{pid}/fd"
    found = set()
    try:
        for name in os.listdir(folder):  # noqa: PTH208 - names, not paths, and quickly
            found.add(os.readlink(f"{folder}/{name}"))  # noqa: PTH115
    except OSError:
        return found
    return found


def _names_our_model(row: Deployment) -> bool:
    try:
        answer = httpx.get(
            f"{base_url(row)}/v1/models", headers=authorization(row), timeout=2.0, trust_env=False
        )
        names = {str(one.get("id")) for one in answer.json()["data"]}
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return bool(names & set(row.served_names))
