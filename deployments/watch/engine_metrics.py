"""An engine's own figures, from its Prometheus text (vLLM, production metrics)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

MAX_BYTES = 4 * 1024 * 1024
_LINE = re.compile(r"^(vllm:[a-z_]+)(?:\{[^}]*\})? ([0-9.eE+-]+)$", re.MULTILINE)
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


@dataclass(frozen=True)
class Reading:
    """Gauges, and counters since the engine's start; summed over its data-parallel engines."""

    running: float
    waiting: float
    kv_cache: float  # 0 to 1
    prompt_tokens: float
    generation_tokens: float
    first_token_seconds: float
    first_tokens: float


def parse(text: str) -> Reading | None:
    """None if it is not a vLLM engine's text."""
    values: dict[str, float] = defaultdict(float)
    seen = False
    for match in _LINE.finditer(text):
        if match[1] in WANTED:
            try:
                values[match[1]] += float(match[2])
            except ValueError:
                continue
            seen = True
    if not seen:
        return None
    return Reading(
        running=values["vllm:num_requests_running"],
        waiting=values["vllm:num_requests_waiting"],
        kv_cache=values["vllm:kv_cache_usage_perc"] or values["vllm:gpu_cache_usage_perc"],
        prompt_tokens=values["vllm:prompt_tokens_total"],
        generation_tokens=values["vllm:generation_tokens_total"],
        first_token_seconds=values["vllm:time_to_first_token_seconds_sum"],
        first_tokens=values["vllm:time_to_first_token_seconds_count"],
    )


def rates(before: Reading, after: Reading, seconds: float) -> tuple[float, float | None]:
    """Generated tokens a second, and the mean time to first token (ms) between two readings."""
    tokens = max(0.0, after.generation_tokens - before.generation_tokens)
    firsts = after.first_tokens - before.first_tokens
    waited = after.first_token_seconds - before.first_token_seconds
    mean = 1000 * waited / firsts if firsts > 0 and waited >= 0 else None
    return (tokens / seconds if seconds > 0 else 0.0), mean
