"""An engine's own figures, from its Prometheus text (vLLM, production metrics)."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean

MAX_BYTES = 4 * 1024 * 1024
WANTED = {
    "vllm:num_requests_running",
    "vllm:num_requests_waiting",
    "vllm:kv_cache_usage_perc",
    "vllm:gpu_cache_usage_perc",  # its name until vLLM 0.10
    "vllm:prompt_tokens_total",
    "vllm:generation_tokens_total",
    "vllm:time_to_first_token_seconds_sum",
    "vllm:time_to_first_token_seconds_count",
}
# A sample: labels, whose quoted values may hold any sign, its value, and perhaps a time stamp
# (Prometheus text format).
_LABELS = r'\{(?:[^"}\n]++|"(?:[^"\\\n]++|\\.)*+")*+\}'
_LINE = re.compile(
    rf"^({'|'.join(sorted(WANTED))})(?:{_LABELS})?[ \t]+(\S+)(?:[ \t]+-?\d+)?[ \t]*$", re.MULTILINE
)


@dataclass(frozen=True)
class Reading:
    """Gauges, and counters since the engine's start, over all its data-parallel engines.

    Numbers of things are summed; a share, 0 to 1, is the mean of their shares.
    """

    running: float
    waiting: float
    kv_cache: float
    prompt_tokens: float
    generation_tokens: float
    first_token_seconds: float
    first_tokens: float


def parse(text: str) -> Reading | None:
    """None if it is not a vLLM engine's text."""
    found: dict[str, list[float]] = defaultdict(list)
    for match in _LINE.finditer(text):
        if (value := _number(match[2])) is not None:
            found[match[1]].append(value)
    if not found:
        return None
    values = {name: sum(found[name]) for name in WANTED}
    shares = found["vllm:kv_cache_usage_perc"] or found["vllm:gpu_cache_usage_perc"]
    return Reading(
        running=values["vllm:num_requests_running"],
        waiting=values["vllm:num_requests_waiting"],
        kv_cache=fmean(shares) if shares else 0.0,
        prompt_tokens=values["vllm:prompt_tokens_total"],
        generation_tokens=values["vllm:generation_tokens_total"],
        first_token_seconds=values["vllm:time_to_first_token_seconds_sum"],
        first_tokens=values["vllm:time_to_first_token_seconds_count"],
    )


def _number(text: str) -> float | None:
    """None for what is no number: NaN and infinities are no figures to add up."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def rates(before: Reading, after: Reading, seconds: float) -> tuple[float, float | None]:
    """Generated tokens a second, and the mean time to first token (ms) between two readings."""
    tokens = max(0.0, after.generation_tokens - before.generation_tokens)
    firsts = after.first_tokens - before.first_tokens
    waited = after.first_token_seconds - before.first_token_seconds
    mean = 1000 * waited / firsts if firsts > 0 and waited >= 0 else None
    return (tokens / seconds if seconds > 0 else 0.0), mean
