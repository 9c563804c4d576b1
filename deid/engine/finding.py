"""What a policy finds: the recognisers, its own words and patterns, less what it allows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from deid.engine.policy import ENCRYPT, Policy
from deid.engine.recognition import types as t
from deid.engine.recognition.besides import NOTHING, Besides
from deid.engine.recognition.engine import analyse, chosen, read_texts
from deid.engine.recognition.folding import fold
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.types import THRESHOLD, Span
from deid.engine.replacement.tokens import TOKEN

_HALVES = re.compile("[\ud800-\udfff]")


def find(
    policy: Policy,
    texts: Sequence[str],
    *,
    fields: Sequence[str] | None = None,
    besides: Besides = NOTHING,
) -> list[list[Span]]:
    """Spans in each text, in order, none over another."""
    found = analyse(
        texts,
        types=policy.types,
        fields=fields,
        threshold=policy.threshold,
        besides=besides,
        asked=policy.asked,
        recall=policy.recall,
        consistent=policy.consistent,
    )
    return [select(policy, text, spans) for text, spans in zip(texts, found, strict=True)]


def find_with_own(
    policy: Policy,
    texts: Sequence[str],
    *,
    fields: Sequence[str] | None = None,
    besides: Besides = NOTHING,
) -> list[tuple[list[Span], list[Span]]]:
    """Of each text what the policy finds, and beside it what this installation calls personal.

    The second hears no policy: no kept type, no allowed word, no other threshold, all recall.
    """
    own_types = policy.offered.union(t.OWN)
    wanted = policy.types | own_types
    found = []
    reads = read_texts(
        texts, wanted, fields=fields, besides=besides, asked=policy.asked,
        consistent=policy.consistent,
    )  # fmt: skip
    for text, read in zip(texts, reads, strict=True):
        asked, own = (
            [read.original(span) for span in chosen(read.spans, types, threshold, recall)]
            for types, threshold, recall in (
                (policy.types, policy.threshold, policy.recall),
                (own_types, THRESHOLD, Recall.HIGH),
            )
        )
        found.append((select(policy, text, asked), own))
    return found


def select(policy: Policy, text: str, spans: Sequence[Span]) -> list[Span]:
    """What recognisers found, with the policy's own words and without those that it allows."""
    own = [*_denied(policy, text), *_matched(policy, text), *_tokens(policy, text)]
    kept = [span for span in spans if not _is_allowed(policy, text, span)]
    return chosen([*kept, *own], policy.types, policy.threshold) if own else kept


def _is_allowed(policy: Policy, text: str, span: Span) -> bool:
    return bool(policy.allowed) and (
        fold(text[span.start : span.end]).text.casefold() in policy.allowed
    )


def _denied(policy: Policy, text: str) -> Iterator[Span]:
    if policy.denied is None:
        return
    folded = fold(text)
    lower = folded.text.casefold()
    if len(lower) != len(folded.text):  # ß becomes ss: then only what is written as listed
        lower = folded.text
    for last, (kind, size) in policy.denied.iter(lower):
        start, end = folded.original(last + 1 - size, last + 1)
        yield Span(start, end, kind, 2.0, "deny")


def _matched(policy: Policy, text: str) -> Iterator[Span]:
    if not policy.compiled:
        return
    text = _HALVES.sub("\ufffd", text)  # RE2 reads UTF-8, which has no half characters
    for pattern, kind in policy.compiled:
        for match in pattern.finditer(text):
            if match.end() > match.start():
                yield Span(match.start(), match.end(), kind, 1.5, "pattern")


def _tokens(policy: Policy, text: str) -> Iterator[Span]:
    """What looks like a token of ours in a source is sealed too, and so comes back as it was."""
    if not policy.is_reversible or "[[" not in text:
        return
    for match in TOKEN.finditer(text):
        yield Span(match.start(), match.end(), t.SECRET, 3.0, ENCRYPT)
