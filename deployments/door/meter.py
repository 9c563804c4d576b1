"""Reads the usage of an answer as it passes, and hides from the client what it did not ask for."""

from __future__ import annotations

import json
import re
from typing import Any

from deployments.door.json_usage import UsageScanner

MAX_EVENT = 1024 * 1024
BYTES_A_TOKEN = 4  # of English prose and of Chinese characters alike, on the generous side
MEDIA_BYTES = 1000 * BYTES_A_TOKEN
# An empty line ends an event; lines end in CR LF, LF or CR (HTML Living Standard, 9.2.6).
_EVENT_END = re.compile(rb"(?>\r\n|\n|\r){2}")
_MEDIA = re.compile(r"data:[\w/+.;=-]{1,100},[A-Za-z0-9+/=]*", re.ASCII)
WHOLE = -1  # the place of all choices together
TEXT_PATHS = {"/v1/chat/completions", "/v1/completions"}


class Meter:
    """Counts one answer. `body` is what the client asked; `asked` is what the engine is asked.

    Of a stream the engine is asked for its usage in every event, so that a client who leaves early
    pays for the prompt and for what was made. Events are mended where the client did not ask so.
    """

    def __init__(self, path: str, body: dict[str, Any]) -> None:
        options = body.get("stream_options")
        given = options if isinstance(options, dict) else {}
        self.path, self.asked = path, dict(body)
        self.stream = bool(body.get("stream")) and path in TEXT_PATHS
        self._hide_end = self.stream and not given.get("include_usage")
        self._hide_running = self._hide_end or not given.get("continuous_usage_stats")
        if self.stream and isinstance(options, dict | None):
            usage = {"include_usage": True, "continuous_usage_stats": True}
            self.asked["stream_options"] = {**given, **usage}
        self._scanner = UsageScanner()
        self._rest = b""
        self._size = self._events = self._prompt = 0
        self._made: dict[int, int] = {}  # completion tokens by choice: each tells its own
        self._is_final = False

    def feed(self, data: bytes) -> bytes:
        """What of it the client gets now."""
        self._size += len(data)
        if not self.stream:
            self._scanner.feed(data)
            return data
        searched = max(0, len(self._rest) - 3)  # but for an end that is cut in two
        self._rest += data
        passed, begin = [], 0
        for end in _EVENT_END.finditer(self._rest, searched):
            passed.append(self._event(self._rest[begin : end.start()], end[0]))
            begin = end.end()
        self._rest = self._rest[begin:]
        if len(self._rest) > MAX_EVENT:  # not a stream of events that we know
            passed.append(self._rest)
            self._rest = b""
        return b"".join(passed)

    def end(self) -> bytes:
        """The last bytes of an answer that came whole."""
        self._is_final = bool(self._made)
        passed, self._rest = self._rest, b""
        return passed

    def tokens(self) -> tuple[int, int]:
        """Of the prompt and of the answer: as the engine said, or about as many as there were."""
        if self._scanner.usage is not None:
            self._take(self._scanner.usage, ())
        made = sum(self._made.values())
        if self._is_final:
            return self._prompt, made
        # It ended early, or the engine told nothing: a prompt of several parts is told in parts.
        prompt = self._prompt
        if not self._made or isinstance(self.asked.get("prompt"), list):
            prompt = max(prompt, estimated_tokens(self.asked))
        whole = self._size // BYTES_A_TOKEN if self.path in TEXT_PATHS else 0
        return prompt, max(made, self._events if self.stream else whole)

    def _event(self, event: bytes, end: bytes) -> bytes:
        """The event with its end as the client gets it; nothing if it was ours alone."""
        document = _document(event)
        if document is None:
            return event + end
        usage, choices = document.get("usage"), document.get("choices")
        if not isinstance(usage, dict):
            self._events += 1
            return event + end
        self._take(usage, choices)
        if choices == []:
            return b"" if self._hide_end else event + end
        self._events += 1
        if not self._hide_running:
            return event + end
        del document["usage"]
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        return b"data: " + text.encode("utf-8", "surrogatepass") + end

    def _take(self, usage: dict[str, Any], choices: Any) -> None:
        """`choices`: of an event; those of the last one, and of a whole answer, are none."""
        prompt, made = (_number(usage.get(f"{name}_tokens")) for name in ("prompt", "completion"))
        self._prompt = max(self._prompt, prompt)
        if not choices:
            self._is_final, self._made = True, {WHOLE: made}
            return
        self._is_final = False
        self._made.pop(WHOLE, None)
        first = choices[0] if isinstance(choices, list) else None
        self._made[_number(first.get("index")) if isinstance(first, dict) else 0] = made


def _document(event: bytes) -> dict[str, Any] | None:
    """The JSON object that is the event's data; None for any other event."""
    text = event.lstrip(b"\r\n")
    if not text.startswith(b"data:") or not text[5:].lstrip().startswith(b"{"):
        return None
    try:
        document = json.loads(text[5:])
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _number(value: Any) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def estimated_tokens(body: dict[str, Any]) -> int:
    """About how many tokens a request has an engine read: a quarter of its text's bytes.

    Pictures and sounds in it (`data:` URLs) count as a thousand each, token ids as one each.
    """
    size, left = 0, [value for name, value in body.items() if name != "model"]
    while left:
        value = left.pop()
        if isinstance(value, str):
            is_media = _MEDIA.fullmatch(value)
            size += MEDIA_BYTES if is_media else len(value.encode("utf-8", "surrogatepass"))
        elif isinstance(value, dict):
            left += value.values()
        elif isinstance(value, list):
            size += BYTES_A_TOKEN * sum(type(one) is int for one in value)
            left += value
    return -(-size // BYTES_A_TOKEN)
