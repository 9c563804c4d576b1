"""An engine's figures: what is summed over its data-parallel engines, and what is not."""

from __future__ import annotations

import time

from deployments.watch.engine_metrics import parse

TEXT = """\
# HELP vllm:kv_cache_usage_perc KV-cache usage.
# TYPE vllm:kv_cache_usage_perc gauge
vllm:kv_cache_usage_perc{engine="0",model_name="a}b \\"c\\" {"} 0.4
vllm:kv_cache_usage_perc{engine="1",model_name="a}b \\"c\\" {"} 0.8
vllm:num_requests_running{engine="0"} 3.0 1700000000000
vllm:num_requests_running{engine="1"} 4.0
vllm:num_requests_running{engine="2"} NaN
vllm:num_requests_waiting 2
vllm:generation_tokens_total{engine="0"} 1.5e+03
vllm:generation_tokens_total{engine="1"} 500
vllm:generation_tokens_total{engine="1"} +Inf
vllm:generation_tokens_created{engine="0"} 9
"""


def test_things_are_summed_and_shares_are_not() -> None:
    reading = parse(TEXT)
    assert reading is not None
    assert (reading.running, reading.waiting, reading.generation_tokens) == (7, 2, 2000)
    assert abs(reading.kv_cache - 0.6) < 1e-9


def test_an_older_name_and_nothing_at_all() -> None:
    older = parse("vllm:gpu_cache_usage_perc 0.5\n")
    assert older is not None and older.kv_cache == 0.5
    assert parse('vllm:kv_cache_usage_perc{engine="0"} NaN\n') is None
    assert parse("python_gc_objects_collected_total 3\n") is None


def test_a_line_without_an_end_costs_no_time() -> None:
    began = time.monotonic()
    assert parse("vllm:num_requests_running{" + 'a="b",' * 50_000) is None
    assert time.monotonic() - began < 2
