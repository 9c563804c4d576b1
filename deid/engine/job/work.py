"""What is done with rows, whatever the format: found in, counted, written anew."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from deid.engine.finding import find_with_own
from deid.engine.formats.names import to_replace
from deid.engine.formats.row import Row
from deid.engine.formats.shards import Plan
from deid.engine.job.report import Report
from deid.engine.job.spec import DEIDENTIFY, Folder, Spec
from deid.engine.policy import Policy, parse
from deid.engine.readable import left_readable
from deid.engine.recognition.besides import Besides
from deid.engine.recognition.types import Span
from deid.engine.replacement.apply import Replacer, by_text
from deid.engine.replacement.operators import Keys, Operators
from deid.engine.replacement.tokens import seal

BATCH = 400  # rows whose sentences go through the network together
HIDDEN = "*"  # in the report, in the place of a field's name that is personal data itself
Mapping = dict[str, tuple[str, str]]
Both = tuple[list[Span], list[Span]]  # what the policy finds, and what the platform's own types do


class ShardWork:
    """What a process needs for any shard of the job; made once in each."""

    def __init__(self, root: Path) -> None:
        self.folder = Folder(root)
        self.spec: Spec = self.folder.spec()
        self.plan = Plan.from_json(json.loads((root / "plan.json").read_bytes()))
        self.besides = Besides(self.spec.model, self.spec.recognizers)
        self.policy: Policy = parse(self.spec.policy, self.besides.offers)
        self.vault_key = key_in(self.spec.vault_key_file)
        self._named = named = key_in(self.spec.key_file)
        call = bytes.fromhex(self.folder.call_key.read_text("ascii"))
        day = date.fromisoformat(self.spec.day)
        self._operators = Operators(self.policy, Keys(call, named, day))
        self._names: dict[str, Both] = {}
        columns = self.plan.fields
        found = self.find(columns, [""] * len(columns))
        self._hidden = {name for name, both in zip(columns, found, strict=True) if any(both)}

    @property
    def is_deidentifying(self) -> bool:
        return self.spec.kind == DEIDENTIFY

    def find(self, texts: Sequence[str], fields: Sequence[str]) -> list[Both]:
        return find_with_own(self.policy, texts, fields=fields, besides=self.besides)

    def run(self, found: Iterable[Row], report: Report, mapping: Mapping) -> Iterator[str]:
        """The rows again; what was found is counted, what was replaced noted."""
        self._names = {}  # of this shard: its result depends on no other
        for batch in _batches(found):
            for row, both in zip(batch, self._found(batch), strict=True):
                spans, own = [one for one, _ in both], [one for _, one in both]
                self._count(row, spans, report)
                report.own += sum(map(len, own))
                if self.is_deidentifying and any(spans):
                    yield self._replaced(row, spans, own, report, mapping)
                else:
                    report.left += left_readable(self.policy, row.texts, own)
                    yield row.write(row.texts)

    def _found(self, batch: Sequence[Row]) -> Iterator[list[Both]]:
        """Names come again and again: each is read once."""
        texts, fields = list[str](), list[str]()
        new: dict[str, None] = {}
        for row in batch:
            for number, text in enumerate(row.texts):
                if number not in row.names:
                    texts.append(text)
                    fields.append(row.fields[number])
                elif text not in self._names:
                    new[text] = None
        found = self.find([*texts, *new], [*fields, *([""] * len(new))])
        self._names.update(zip(new, found[len(texts) :], strict=True))
        values = iter(found)
        for row in batch:
            yield [
                self._names[text] if number in row.names else next(values)
                for number, text in enumerate(row.texts)
            ]

    def _replaced(
        self, row: Row, spans: Sequence[list[Span]], own: Sequence[list[Span]], report: Report,
        mapping: Mapping,
    ) -> str:  # fmt: skip
        chosen = to_replace(row.texts, spans, row.names)
        texts = [row.texts[number] for number in chosen]
        own_spans = [spans[number] for number in chosen]
        result = Replacer(self._operators).run(texts, own_spans, groups=[0] * len(texts))
        report.left += left_readable(self.policy, texts, [own[n] for n in chosen], result)
        stays = [number for number in range(len(row.texts)) if number not in set(chosen)]
        report.left += sum(len(own[number]) for number in stays)
        for entity in result.entities:
            mapping[entity.original] = (entity.type, entity.replacement)
        if self.policy.is_reversible and self.plan.format != "parquet":
            places: list[list[tuple[int, int, str]]] = [[] for _ in row.texts]
            for number, found in zip(chosen, by_text(result, len(chosen)), strict=True):
                places[number] = found
            return row.seal(places, lambda kind, text: seal(self._named, kind, text))
        made = list(row.texts)
        for number, text in zip(chosen, result.texts, strict=True):
            made[number] = text
        return row.write(made)

    def _count(self, row: Row, spans: Sequence[list[Span]], report: Report) -> None:
        line = report.lines + 1
        report.row(line, broken=row.broken, found=any(spans))
        own = len(row.texts) - row.hints
        report.characters += sum(map(len, row.texts[:own]))
        hidden = {row.texts[number] for number in row.names if spans[number]} | self._hidden
        seen: set[str] = set()
        for number, (text, found) in enumerate(zip(row.texts, spans, strict=True)):
            if number >= own:  # what the line itself told is counted already
                found = [span for span in found if text[span.start : span.end] not in seen]
            seen.update(text[span.start : span.end] for span in found if row.hints)
            is_told = number < own or self.plan.format == "csv"  # else it may be anything
            field = _shown(row.fields[number], hidden) if is_told else ""
            report.found(text, found, field, line)
        report.lines += row.lines

    def sealed(self, mapping: Mapping) -> bytes:
        """Lines of the vault."""
        lines = []
        for original, (kind, replacement) in mapping.items():
            pair = json.dumps({"type": kind, "original": original, "replacement": replacement})
            entry = {
                "original": digest(self.vault_key, original),
                "replacement": digest(self.vault_key, replacement),
                "sealed": seal(self.vault_key, "VAULT", pair),
            }
            lines.append(json.dumps(entry) + "\n")
        return "".join(lines).encode()


def _shown(field: str, hidden: set[str]) -> str:
    for name in hidden:
        field = field.replace(name, HIDDEN)
    return field


def digest(key: bytes, text: str) -> str:
    """By which a vault's entry is found: 16 bytes of HMAC-SHA-256, in hexadecimal."""
    data = b"llm-platform vault|" + text.encode("utf-8", "surrogatepass")
    return hmac.digest(key, data, "sha256")[:16].hex()


def key_in(path: str) -> bytes:
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
