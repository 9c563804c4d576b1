"""Reads the usage of an answer as it passes, and hides from the client what it did not ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from deployments.door.json_usage import UsageScanner
from deployments.door.stream_event import document, told

MAX_EVENT = 1024 * 1024
BYTES_A_TOKEN = 4  # of English prose and of Chinese characters alike, on the generous side
MEDIA_BYTES = 1000 * BYTES_A_TOKEN
# An empty line ends an event; lines end in CR LF, LF or CR (HTML Living Standard, 9.2.6).
_PLAIN_END = b"\n\n"
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
        self._is_final = self._has_cr = False

    def feed(self, data: bytes) -> bytes:
        """What of it the client gets now."""
        self._size += len(data)
        if not self.stream:
            self._scanner.feed(data)
            return data
        searched = max(0, len(self._rest) - 3)  # but for an end that is cut in two
        self._has_cr = self._has_cr or b"\r" in data
        data, passed, begin = self._rest + data, [], 0
        for start, end in self._ends(data, searched):
            passed.append(self._event(data[begin:start], data[start:end]))
            begin = end
        self._rest = data[begin:]
        if len(self._rest) > MAX_EVENT:  # not a stream of events that we know
            passed.append(self._rest)
            self._rest = b""
        return b"".join(passed)

    def _ends(self, data: bytes, searched: int) -> Iterator[tuple[int, int]]:
        """Where the ends of events begin and end."""
        if self._has_cr:
            yield from (end.span() for end in _EVENT_END.finditer(data, searched))
            return
        start = data.find(_PLAIN_END, searched)
        while start >= 0:
            yield start, start + 2
            start = data.find(_PLAIN_END, start + 2)

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
        if (known := told(event)) is not None:
            self._tell(known.usage, known.choice)
            self._events += 1
            return (known.bare if self._hide_running else event) + end
        read = document(event)
        if read is None:
            return event + end
        usage, choices = read.get("usage"), read.get("choices")
        if not isinstance(usage, dict):
            self._events += 1
            return event + end
        self._take(usage, choices)
        if choices == []:
            return b"" if self._hide_end else event + end
        self._events += 1
        if not self._hide_running:
            return event + end
        del read["usage"]
        text = json.dumps(read, ensure_ascii=False, separators=(",", ":"))
        return b"data: " + text.encode("utf-8", "surrogatepass") + end

    def _take(self, usage: dict[str, Any], choices: Any) -> None:
        """`choices`: of an event; those of the last one, and of a whole answer, are none."""
        if not choices:
            self._is_final, self._made = True, {WHOLE: _number(usage.get("completion_tokens"))}
            self._prompt = max(self._prompt, _number(usage.get("prompt_tokens")))
            return
        first = choices[0] if isinstance(choices, list) else None
        self._tell(usage, _number(first.get("index")) if isinstance(first, dict) else 0)

    def _tell(self, usage: dict[str, Any], choice: int) -> None:
        """What it is so far, of one choice."""
        self._is_final = False
        self._made.pop(WHOLE, None)
        self._made[choice] = _number(usage.get("completion_tokens"))
        self._prompt = max(self._prompt, _number(usage.get("prompt_tokens")))


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
