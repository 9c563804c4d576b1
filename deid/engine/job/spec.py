"""What a job is told and where it keeps what it has done. Files, so that any process may go on."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCAN, DEIDENTIFY = "scan", "deidentify"
UNREADABLE = 3  # exit status: no second try helps


@dataclass(frozen=True)
class Spec:
    """`policy` is a policy's content; keys are files, so that no secret stands in the spec."""

    kind: str
    source: str
    format: str
    policy: dict[str, Any]
    processes: int
    day: str  # to which ages are counted, in every attempt
    key_file: str = ""
    vault_key_file: str = ""
    model: str = ""
    recognizers: str = ""  # the content of the operator's file of them, as JSON


class Folder:
    """The job's own folder. Whatever is in it under its final name is whole."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.shards = root / "shards"

    @property
    def output(self) -> Path:
        return self.root / "output"

    @property
    def report(self) -> Path:
        return self.root / "report.json"

    @property
    def progress(self) -> Path:
        return self.root / "progress.json"

    @property
    def vault(self) -> Path:
        return self.root / "vault.jsonl"

    @property
    def call_key(self) -> Path:
        return self.root / "call.key"

    def shard(self, number: int, kind: str) -> Path:
        return self.shards / f"{number:06d}.{kind}"

    def write_spec(self, spec: Spec) -> None:
        """Also makes the key of this job's surrogates: one for all its shards and attempts."""
        self.shards.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.call_key.exists():
            write_whole(self.call_key, os.urandom(32).hex().encode(), mode=0o600)
        write_whole(self.root / "spec.json", json.dumps(vars(spec), ensure_ascii=False).encode())

    def spec(self) -> Spec:
        return Spec(**json.loads((self.root / "spec.json").read_bytes()))


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """The file is there with all its bytes, or not at all, even after a power cut."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)


def read_json(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
