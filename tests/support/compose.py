"""compose.yaml's services as processes: each sees only what the file gives it."""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
from pathlib import Path, PurePosixPath

import yaml

from tests.support.live_platform import ROOT

VARIABLE = re.compile(r"\$\{(\w+)(?::[-?]([^}]*))?\}")


def filled(text: str, values: dict[str, str]) -> str:
    """`${NAME:-default}` as compose reads it."""
    return VARIABLE.sub(lambda found: values.get(found[1], found[2] or ""), text)


class Composed:
    """The services of compose.yaml, their mounts below `folder`.

    A source that two services mount is one folder; what a service does not mount is its own, and
    its tmpfs is new at each start, as in a container that was made anew.
    """

    def __init__(self, folder: Path, *, operator: dict[str, str], instead: dict[str, str]) -> None:
        """`operator`: what the one who starts it sets; `instead`: what this machine lacks."""
        self.folder, self.operator, self.instead = folder, operator, instead
        self.services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        folder.mkdir(parents=True)

    def environment(self, name: str) -> dict[str, str]:
        """The variables of a service, its paths being where this machine has them."""
        given = {
            key: filled(str(value), self.operator)
            for key, value in self.services[name]["environment"].items()
        }
        return {key: self._here(name, value) for key, value in given.items()} | self.instead

    def _here(self, name: str, value: str) -> str:
        if not value.startswith("/"):
            return value
        path = PurePosixPath(value)
        for target, source in self._mounts(name).items():
            if path.is_relative_to(target):
                return str(source / path.relative_to(target))
        return str(
            self.folder / "alone" / name / value[1:]
        )  # the container's own, unseen by others

    def _mounts(self, name: str) -> dict[str, Path]:
        service, found = self.services[name], {}
        for volume in service.get("volumes", []):
            source, target, *_ = filled(volume, self.operator).split(":")
            found[target] = self.folder / "mounted" / source.strip("./").replace("/", "_")
        for tmpfs in service.get("tmpfs", []):
            target = tmpfs.partition(":")[0]
            found[target] = self.folder / "tmpfs" / name / target.strip("/").replace("/", "_")
        for secret in service.get("secrets", []):
            found[f"/run/secrets/{secret}"] = self.folder / "secrets" / secret
        return found

    def run(self, name: str, *arguments: str) -> str:
        """`docker compose run NAME python3 manage.py …`."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments], cwd=ROOT,
            env=self._started(name), capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, name: str) -> None:
        """The service's own command."""
        program, *rest = self.services[name]["command"]
        assert program == "python3"
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *rest], cwd=ROOT, env=self._started(name), stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def _started(self, name: str) -> dict[str, str]:
        for target, source in self._mounts(name).items():
            if target in ("/tmp", "/var/platform") or not target.startswith("/run/secrets/"):
                source.mkdir(parents=True, exist_ok=True)
        return {"PATH": "/usr/bin:/bin", **self.environment(name)}

    def stop(self, *names: str) -> None:
        """End them, and take their tmpfs away."""
        for name in names or tuple(self.processes):
            process = self.processes.pop(name)
            process.terminate()
            process.wait(30)
            tmpfs = self.folder / "tmpfs" / name
            if tmpfs.exists():
                tmpfs.rename(self.folder / f"gone-{name}-{secrets.token_hex(4)}")
