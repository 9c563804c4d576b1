"""A real Docker engine of the tests' own: private socket and data, no network."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import docker
import psutil
from docker.models.containers import Container

from tests.support.live_platform import ROOT, wait_for

IMAGE = "llm-training-test:1"
TARBALL = ROOT / ".cache" / "docker" / "bookworm-python-1.tar"
PACKAGES = "python3,procps"


def missing() -> str:
    """Why no engine can be had here; empty if one can."""
    if os.geteuid() != 0:
        return "not root"
    absent = [name for name in ("dockerd", "containerd", "debootstrap") if not shutil.which(name)]
    return f"not installed: {', '.join(absent)}" if absent else ""


def image_tarball() -> Path:
    """A minimal Debian with Python, made once and kept; who comes while it is made waits."""
    TARBALL.parent.mkdir(parents=True, exist_ok=True)
    with TARBALL.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _make_tarball()
    return TARBALL


def _make_tarball() -> None:
    if not TARBALL.exists():
        root = TARBALL.with_suffix(".root")
        shutil.rmtree(root, ignore_errors=True)
        subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(root)],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        temporary = TARBALL.with_suffix(".tmp")
        excluded = ["--exclude=./var/cache/*", "--exclude=./var/lib/apt/lists/*"]
        subprocess.run(["tar", "-C", str(root), *excluded, "-cf", str(temporary), "."], check=True)
        temporary.rename(TARBALL)
        shutil.rmtree(root, ignore_errors=True)


class DockerEngine:
    """Starts, stops and restarts a dockerd; `url` is what DOCKER_HOST wants."""

    def __init__(self, folder: Path, *, live_restore: bool) -> None:
        self.folder = folder
        self.socket = folder / "docker.sock"
        self.url = f"unix://{self.socket}"
        self.live_restore = live_restore
        self.process: subprocess.Popen[bytes] | None = None
        self.client = docker.DockerClient(base_url=self.url, version="1.41", timeout=60)

    def start(self) -> None:
        (self.folder / "pid").unlink(missing_ok=True)
        log = (self.folder / "dockerd.log").open("ab")
        self.process = subprocess.Popen(
            [
                "dockerd", f"--data-root={self.folder / 'data'}",
                f"--exec-root={self.folder / 'exec'}", f"--pidfile={self.folder / 'pid'}",
                "-H", self.url, "--bridge=none", "--iptables=false", "--ip6tables=false",
                *(["--live-restore"] if self.live_restore else []),
            ],
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        wait_for(self._answers, 60, "dockerd answers")

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except (docker.errors.DockerException, OSError):
            return False

    def load_image(self) -> None:
        if not self.client.images.list(name=IMAGE.split(":")[0]):
            repository, _, tag = IMAGE.partition(":")
            self.client.api.import_image_from_file(str(image_tarball()), repository, tag)

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(60)

    def kill(self) -> None:
        """kill -9 of dockerd and its containerd, as an out-of-memory killer or init would."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(60)
        (self.folder / "exec" / "containerd" / "containerd.pid").unlink(missing_ok=True)

    def container(
        self,
        name: str,
        training_dir: Path,
        *,
        read_only: tuple[str, ...] = (),
        environment: dict[str, str] | None = None,
    ) -> Container:
        """A running training container with the directory at /workspace."""
        binds = {path: {"bind": path, "mode": "ro"} for path in read_only}
        binds[str(training_dir)] = {"bind": "/workspace", "mode": "rw"}
        return self.client.containers.run(
            IMAGE, ["sleep", "infinity"], name=name, detach=True, init=True,
            network_mode="none", volumes=binds, environment=environment or {},
            working_dir="/workspace",
        )  # fmt: skip

    def cleanup(self) -> None:
        """End everything that was started below our folder, and remove it."""
        if self._answers():
            for container in self.client.containers.list(all=True):
                container.remove(force=True)
        if self.process is not None and self.process.poll() is None:
            self.stop()
        for process in psutil.process_iter():
            try:
                if str(self.folder) in " ".join(process.cmdline()):
                    process.send_signal(signal.SIGKILL)
            except psutil.Error:
                continue
        time.sleep(0.3)
        mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
        for mount in sorted((m for m in mounts if m.startswith(str(self.folder))), reverse=True):
            subprocess.run(["umount", "-l", mount], check=False, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.folder, ignore_errors=True)


def training_python_binds() -> tuple[str, ...]:
    """What makes the host's training environment work in the container, at the same paths."""
    return (str(ROOT / "training" / ".venv"), sys.base_prefix)
