"""One shard of a file: read, found in, written. Its result depends on nothing but file and spec."""

from __future__ import annotations

import hmac
import json
import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from deid.engine.finding import find_with_own
from deid.engine.formats.rows import Row, rows
from deid.engine.formats.shards import Plan
from deid.engine.job.report import Report
from deid.engine.job.spec import DEIDENTIFY, Folder, Spec, write_whole
from deid.engine.policy import Policy, parse
from deid.engine.readable import left_readable
from deid.engine.recognition.types import Span
from deid.engine.replacement.apply import Replacer, by_text
from deid.engine.replacement.operators import Keys, Operators
from deid.engine.replacement.tokens import seal

BATCH = 400  # rows whose sentences go through the network together


class ShardWork:
    """What a process needs for any shard of the job; made once in each."""

    def __init__(self, root: Path) -> None:
        self.folder = Folder(root)
        self.spec: Spec = self.folder.spec()
        self.plan = Plan.from_json(json.loads((root / "plan.json").read_bytes()))
        self.policy: Policy = parse(self.spec.policy)
        self._vault_key = _key(self.spec.vault_key_file)
        self._named = named = _key(self.spec.key_file)
        call = bytes.fromhex(self.folder.call_key.read_text("ascii"))
        day = date.fromisoformat(self.spec.day)
        self._operators = Operators(self.policy, Keys(call, named, day))

    def run(self, number: int) -> None:
        """Do the shard; its report is written last and says that it is done."""
        if self.plan.format == "parquet":
            from deid.engine.job.parquet import parquet_shard

            report, mapping = parquet_shard(self, number)
        else:
            report, mapping = self._text_shard(number)
        if self._vault_key and mapping:
            write_whole(self.folder.shard(number, "vault"), self._sealed(mapping), mode=0o600)
        write_whole(
            self.folder.shard(number, "json"),
            json.dumps(report.as_json(), ensure_ascii=False).encode(),
        )

    def _text_shard(self, number: int) -> tuple[Report, dict[str, tuple[str, str]]]:
        start, end = self.plan.shards[number]
        with Path(self.spec.source).open("rb") as file:
            file.seek(start)
            text = file.read(end - start).decode(self.plan.encoding)
        report, mapping = Report(), dict[str, tuple[str, str]]()
        parts: list[str] = []
        for batch in _batches(rows(self.plan, text, number == 0)):
            parts += self.batch(batch, report, mapping)
        if self.spec.kind == DEIDENTIFY:
            write_whole(self.folder.shard(number, "out"), "".join(parts).encode(self.plan.encoding))
        return report, mapping

    def batch(
        self, batch: Sequence[Row], report: Report, mapping: dict[str, tuple[str, str]]
    ) -> Iterator[str]:
        """The rows again; what was found is counted, what was replaced noted."""
        texts = [text for row in batch for text in row.texts]
        fields = [name for row in batch for name in row.fields]
        found = iter(find_with_own(self.policy, texts, fields=fields, model=self.spec.model))
        for row in batch:
            both = [next(found) for _ in row.texts]
            spans, own = [one for one, _ in both], [one for _, one in both]
            self._counted(row, spans, report)
            report.own += sum(map(len, own))
            if self.spec.kind != DEIDENTIFY or not any(spans):
                report.left += left_readable(self.policy, row.texts, own)
                yield row.write(row.texts)
                continue
            result = Replacer(self._operators).run(row.texts, spans)
            report.left += left_readable(self.policy, row.texts, own, result)
            for entity in result.entities:
                mapping[entity.original] = (entity.type, entity.replacement)
            if self.policy.is_reversible and self.plan.format != "parquet":
                places = by_text(result, len(row.texts))
                yield row.seal(places, lambda kind, text: seal(self._named, kind, text))
            else:
                yield row.write(result.texts)

    @staticmethod
    def _counted(row: Row, spans: Sequence[list[Span]], report: Report) -> None:
        report.rows += 1
        report.broken += row.broken
        report.characters += sum(map(len, row.texts))
        report.rows_found += any(spans)
        for text, own, where in zip(row.texts, spans, row.fields, strict=True):
            report.found(text, own, where, report.lines + 1)
        report.lines += row.lines

    def _sealed(self, mapping: dict[str, tuple[str, str]]) -> bytes:
        lines = []
        for original, (kind, replacement) in mapping.items():
            pair = json.dumps({"type": kind, "original": original, "replacement": replacement})
            entry = {
                "original": digest(self._vault_key, original),
                "replacement": digest(self._vault_key, replacement),
                "sealed": seal(self._vault_key, "VAULT", pair),
            }
            lines.append(json.dumps(entry) + "\n")
        return "".join(lines).encode()


def digest(key: bytes, text: str) -> str:
    """By which a vault's entry is found: 16 bytes of HMAC-SHA-256, in hexadecimal."""
    data = b"llm-platform vault|" + text.encode("utf-8", "surrogatepass")
    return hmac.digest(key, data, "sha256")[:16].hex()


def _key(path: str) -> bytes:
    return bytes.fromhex(Path(path).read_text("ascii").strip()) if path else b""


def _batches(found: Iterable[Row]) -> Iterator[list[Row]]:
    held: list[Row] = []
    for row in found:
        held.append(row)
        if len(held) == BATCH:
            yield held
            held = []
    if held:
        yield held


_work: ShardWork


def begin(root: Path) -> None:
    """First in each process of the pool."""
    global _work
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _work = ShardWork(root)


def _end_with(parent: int) -> None:
    """A pool's process waits for work for ever, even when the one that gives it was killed."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def shard(number: int) -> None:
    """One shard, in a process of the pool."""
    _work.run(number)
