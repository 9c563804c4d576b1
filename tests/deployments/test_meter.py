"""What is counted of an answer, and what the client gets to see of it."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from deployments.door.json_usage import UsageScanner
from deployments.door.meter import Meter, estimated_tokens
from deployments.door.stream_event import document, told

CHAT = "/v1/chat/completions"
USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 1}}


def scanned(data: bytes, size: int) -> dict[str, Any] | None:
    scanner = UsageScanner()
    for start in range(0, len(data), size):
        scanner.feed(data[start : start + size])
    return scanner.usage


LOGPROBS = [{str(n): {"logprob": -0.5, "decoded_token": '"}{,:\\'}} for n in range(4000)]
FOOLING = [
    {"usage": USAGE, "prompt_logprobs": LOGPROBS},
    {"choices": [{"message": {"content": 'say "usage": {"prompt_tokens": 0}'}}], "usage": USAGE},
    {"usage": USAGE, "choices": [{"usage": {"prompt_tokens": 0}, "text": "\\"}]},
    {"x": {"usage": {"prompt_tokens": 0}}, "usage": USAGE, "usage2": {"prompt_tokens": 0}},
    {"kind": "usage", "other": {"prompt_tokens": 0}, "usage": USAGE},
    {"usage": USAGE, "list": ["usage", {"prompt_tokens": 0}, "usage"], "a": "usage"},
]


@pytest.mark.parametrize("document", FOOLING)
@pytest.mark.parametrize("size", [1, 7, 64 * 1024])
def test_usage_is_found_wherever_it_stands(document: dict[str, Any], size: int) -> None:
    for text in (json.dumps(document), json.dumps(document, indent=1)):
        assert scanned(text.encode(), size) == USAGE


@pytest.mark.parametrize("text", ['["usage", {"a": 1}]', '{"usage": null}', '{"usage": [{}]}', ""])
def test_no_usage_is_none(text: str) -> None:
    assert scanned(text.encode(), 3) is None


def test_any_answer_in_any_parts_is_read_as_json_reads_it() -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    rng = random.Random(seed)
    words = ["usage", '"', "\\", "{", "}", "[", "]", ",", ":", '\\"usage":{', "张", "a\n"]

    def value(depth: int) -> Any:
        kind = rng.randrange(6 if depth < 4 else 3)
        if kind < 3:
            return ["".join(rng.choices(words, k=rng.randrange(4))), rng.random(), None][kind]
        if kind == 3:
            return [value(depth + 1) for _ in range(rng.randrange(4))]
        return {rng.choice(words): value(depth + 1) for _ in range(rng.randrange(4))}

    for _ in range(400):
        document = {name: value(1) for name in rng.sample(words, 6)}
        data = json.dumps(document, ensure_ascii=rng.random() < 0.5).encode()
        expected = document.get("usage")
        found = scanned(data, rng.randrange(1, 40))
        assert found == (expected if isinstance(expected, dict) else None), data


def event(choices: list[Any], usage: Any = None, end: str = "\n\n") -> bytes:
    document = {"id": "x", "choices": choices, **({"usage": usage} if usage else {})}
    return f"data: {json.dumps(document)}{end}".encode()


def chunk(text: str, made: int, index: int = 0, end: str = "\n\n") -> bytes:
    choice = {"index": index, "delta": {"content": text}}
    return event([choice], {"prompt_tokens": 7, "completion_tokens": made}, end)


def asked(**options: Any) -> dict[str, Any]:
    return {"model": "m", "messages": [], "stream": True, **options}


def test_a_stream_is_asked_for_usage_which_only_who_asked_sees() -> None:
    whole = [chunk("a", 1), chunk("b", 2), event([], USAGE), b"data: [DONE]\n\n"]
    seen = {}
    for name, options in (
        ("none", None), ("end", {"include_usage": True}),
        ("all", {"include_usage": True, "continuous_usage_stats": True}),
    ):  # fmt: skip
        meter = Meter(CHAT, asked(**({"stream_options": options} if options else {})))
        engine_gets = meter.asked["stream_options"]
        assert engine_gets == {"include_usage": True, "continuous_usage_stats": True}
        seen[name] = [meter.feed(part) for part in whole] + [meter.end()]
        assert meter.tokens() == (7, 3)
    assert seen["all"] == [*whole, b""]
    assert seen["end"][2:] == [event([], USAGE), b"data: [DONE]\n\n", b""]
    assert seen["none"][2:] == [b"", b"data: [DONE]\n\n", b""]
    for name in ("none", "end"):
        told = [json.loads(part[6:]) for part in seen[name][:2]]
        assert [one["choices"][0]["delta"]["content"] for one in told] == ["a", "b"]
        assert not any("usage" in one for one in told)


def test_who_leaves_early_pays_for_the_prompt_and_what_was_made() -> None:
    meter = Meter(CHAT, asked(n=2))
    meter.feed(chunk("a", 1, index=0) + chunk("b", 5, index=1) + chunk("c", 2, index=0))
    assert meter.tokens() == (7, 7)


def test_where_nothing_is_known_the_request_is_counted_by_its_size() -> None:
    text = "word " * 1000
    for body in (asked(messages=[{"role": "user", "content": text}]), {"prompt": text}):
        meter = Meter(CHAT, body)
        assert 1200 < meter.tokens()[0] < 1400
    meter = Meter(CHAT, asked(messages=[{"content": text}]))
    meter.feed(event([{"delta": {"content": "a"}}]) * 3)
    assert meter.tokens()[1] == 3
    # Each of many prompts tells only of itself until the end.
    many = Meter("/v1/completions", {"prompt": [text] * 10, "stream": True})
    many.feed(chunk("a", 1))
    assert many.tokens()[0] > 12_000


def test_pictures_are_not_read_as_text_and_text_is_no_picture() -> None:
    picture = {"image_url": {"url": "data:image/png;base64," + "A" * 1_000_000}}
    assert estimated_tokens({"model": "m" * 9999, "messages": [picture]}) == 1000
    assert estimated_tokens({"prompt": "data:a,b" + "some words " * 1000}) > 2000
    assert estimated_tokens({"prompt": [1, 2, 3]}) == 3
    nested: Any = []
    for _ in range(900):
        nested = [nested]
    assert estimated_tokens({"prompt": nested}) == 0


@pytest.mark.parametrize("end", ["\n\n", "\r\n\r\n", "\r\r"])
@pytest.mark.parametrize("size", [1, 5, 10_000])
def test_events_go_on_as_they_come_however_their_lines_end(end: str, size: int) -> None:
    meter = Meter(CHAT, asked())
    data = chunk("a", 1, end=end) + event([], USAGE, end) + f"data: [DONE]{end}".encode()
    passed = [meter.feed(data[at : at + size]) for at in range(0, len(data), size)]
    texts = [json.loads(part.split(b"data: ")[1]) for part in passed if b'"choices"' in part]
    if size < 10_000:
        assert len(texts) == 1 and "usage" not in texts[0]
        assert any(passed[: len(passed) // 2])  # not held back to the end
    assert b"".join(passed).replace(b"\r", b"").replace(b"\n", b"").endswith(b"data: [DONE]")
    assert b"completion_tokens" not in b"".join(passed)
    assert meter.tokens() == (7, 3)


def test_what_is_no_stream_of_events_passes_unchanged() -> None:
    meter = Meter(CHAT, asked())
    data = b"\x00" * 3_000_000
    parts = [meter.feed(data[at : at + 65536]) for at in range(0, len(data), 65536)]
    assert b"".join([*parts, meter.end()]) == data


ODD = [
    '{"id":"x","choices":[{"index":0,"a":{}}],"usage":{"prompt_tokens":7,"completion_tokens":3}}',
    '{"id": "x", "choices": [{"index": 1, "a": ", \\"usage\\":{}}"}], "usage": {"d": {"c": 1}}}',
    '{"choices":[{"index":0,"usage":{"prompt_tokens":9}}]}',
    '{"choices":[{"index":0,"a":{"b":1},"usage":{"c":9}}],"x":{"usage":{"prompt_tokens":9}}}',
    '{"x":{"choices":[{"index":0}],"usage":{"prompt_tokens":9}}}',
    '{"choices":[{"index":0,"text":"usage"}],"usage":{"prompt_tokens":4},"last":1}',
    '{"choices":[{"index":0}],"usage":{"prompt_tokens":1,"completion_tokens":1}}}',
    '{"choices":[{"index":0}],"usage":{"prompt_tokens":[{"a":{}}]}}',
    '{"id":"\\"","choices":[{"index":0}],"usage":{"prompt_tokens":4,"completion_tokens":1}}',
    '{"choices":[{"index":0}],"usage":null}',
]


@pytest.mark.parametrize("data", ODD)
def test_the_short_reading_of_an_event_finds_what_the_whole_one_does(data: str) -> None:
    event = b"data: " + data.encode()
    found, whole = told(event), document(event)
    if found is None:
        return
    assert whole is not None
    assert (found.usage, found.choice) == (whole.pop("usage"), whole["choices"][0]["index"])
    assert document(found.bare) == whole


def test_engines_events_are_read_shortly() -> None:
    read = [told(b"data: " + data.encode()) is not None for data in ODD]
    assert read == [True, True] + [False] * (len(ODD) - 2)


def test_any_event_is_read_shortly_as_it_is_read_whole() -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    rng = random.Random(seed)
    texts = ["usage", '"usage":{', '\\"}', "choices", "张", "}", ',"usage":{"a":1}}', "\\"]

    def value(depth: int) -> Any:
        kind = rng.randrange(6 if depth < 3 else 3)
        if kind < 3:
            return [rng.choice(texts), rng.randrange(9), None][kind]
        if kind == 3:
            return [value(depth + 1) for _ in range(rng.randrange(3))]
        keys = ["usage", "choices", "index", "a", "b"]
        return {rng.choice(keys): value(depth + 1) for _ in range(rng.randrange(4))}

    short = 0
    for _ in range(4000):
        pairs: list[tuple[str, Any]] = [
            ("id", "x"),
            ("a", value(0)),
            ("choices", [{"index": 1, "b": value(1)}]),
        ]
        pairs.append(("usage", {"prompt_tokens": 1, "b": value(1)}))
        if rng.random() < 0.3:
            rng.shuffle(pairs)
        separators = rng.choice([(",", ":"), (", ", ": ")])
        text = json.dumps(dict(pairs), ensure_ascii=rng.random() < 0.5, separators=separators)
        found, whole = told(b"data: " + text.encode()), document(b"data: " + text.encode())
        if found is None:
            continue
        short += 1
        assert whole is not None
        assert (found.usage, found.choice) == (whole.pop("usage"), 1), text
        assert document(found.bare) == whole, text
    assert short > 100
