"""What of the platform's programs the Docker engine knows: asked for, never changed."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from docker import DockerClient
from docker.errors import NotFound
from docker.models.containers import Container

from core.execution.docker import ENGINE_ERRORS, engine, short

KEY_LABEL = "llm-platform.key"


@dataclass(frozen=True)
class ContainerFact:
    """A container of a program of its own."""

    name: str
    key: str
    running: bool
    sources: tuple[str, ...]
    """Folders of this host that it has mounted."""


@dataclass
class DockerFacts:
    problem: str = ""
    """Why the engine does not answer; empty where it does."""
    training: str = "missing"
    """State of the training container: running, exited, missing…"""
    inside: dict[int, str] = field(default_factory=dict)
    """Pid, as the engine's host counts, and command line of what runs in it."""
    containers: list[ContainerFact] = field(default_factory=list)


def docker_facts() -> DockerFacts:
    """One look at the engine."""
    facts = DockerFacts()
    try:
        with engine() as client:
            _look_inside(client, facts)
            labelled = client.containers.list(all=True, filters={"label": KEY_LABEL})
            facts.containers = [_fact(container) for container in labelled]
    except ENGINE_ERRORS as error:
        facts.problem = short(error)
    return facts


def _look_inside(client: DockerClient, facts: DockerFacts) -> None:
    try:
        container = client.containers.get(settings.TRAINING_CONTAINER_NAME)
    except NotFound:
        return
    facts.training = container.status
    if container.status == "running":
        table = container.top(ps_args="-eo pid,args")
        facts.inside = {int(row[0]): " ".join(row[1:]) for row in table["Processes"] or []}


def _fact(container: Container) -> ContainerFact:
    mounts = container.attrs.get("Mounts") or []
    return ContainerFact(
        name=str(container.name),
        key=str(container.labels.get(KEY_LABEL, "")),
        running=container.status == "running",
        sources=tuple(str(mount.get("Source", "")) for mount in mounts),
    )
