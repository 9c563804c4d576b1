"""What an engine's log says: what it is doing, and why it failed, in one line."""

from __future__ import annotations

import re
from typing import Any

from core.logs import printable

Message = tuple[str, dict[str, Any]]
SAID_LIMIT = 300
TAIL_BYTES = 64 * 1024

# First match of a line wins; the last line that matches is what it is doing (vLLM 0.6 to 0.32).
PHASES: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"(?:Downloading|Fetching).*?(\d+)%"), "downloading"),
    (re.compile(r"Loading (?:safetensors|pt) checkpoint shards:\s+(\d+)%"), "loading_percent"),
    (re.compile(r"Starting to load model|Loading model weights"), "loading"),
    (re.compile(r"Loading weights took|Model loading took"), "warming_up"),
    (re.compile(r"torch\.compile takes|Start compiling|Compiling a graph|Dynamo bytecode"),
     "compiling"),
    (re.compile(r"Capturing (?:the model for )?CUDA graph|[Ww]arming up"), "warming_up"),
    (re.compile(r"(?:GPU|CPU) KV cache size"), "kv_cache"),
    (re.compile(r"Starting vLLM (?:API )?server|Uvicorn running|Application startup"), "opening"),
    (re.compile(r"Initializing (?:a V1 |an )?LLM engine"), "initialising"),
]  # fmt: skip

# Tried in this order over the whole tail: what was first to go wrong says more than what followed.
FAILURES: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"(unrecognized arguments: .+)"), "bad_argument"),
    (re.compile(r"error: (argument .+|the following arguments are required.+)"), "bad_argument"),
    (re.compile(r"\[Errno 98\]|[Aa]ddress already in use"), "port_taken"),
    (re.compile(r"No space left on device"), "disk_full"),
    (re.compile(r"((?:torch\.)?(?:cuda\.)?OutOfMemoryError: .+)"), "gpu_memory"),
    (re.compile(r"(CUDA out of memory.+)"), "gpu_memory"),
    (re.compile(r"(Free memory on device .+?less than desired[^.]*)"), "gpu_memory"),
    (re.compile(r"(No available memory for the cache blocks.*)"), "gpu_memory"),
    (re.compile(r"(Available memory on node .+?less than requested[^.]*\.\d[^.]*)"), "host_memory"),
    (re.compile(r"(MemoryError.*|Cannot allocate memory)"), "host_memory"),
    (re.compile(r"HFValidationError|is not a local folder and is not a valid model identifier"
                r"|Repo id must|LocalEntryNotFoundError|couldn't connect to .* to load"
                r"|does not appear to have a file named config\.json|Invalid repository ID"),
     "no_such_model"),
    (re.compile(r"Value error, (.+)"), "bad_value"),
]  # fmt: skip
_LAST_ERROR = re.compile(r"^(?:\(.*?\)\s*)?(?:ERROR .*?\] )?([A-Za-z_.]*(?:Error|Exception): .+)$")


def phase_in(text: str) -> Message | None:
    """What the last telling line says it is doing; None if no line tells."""
    for line in reversed(re.split(r"[\r\n]+", text)):
        for pattern, code in PHASES:
            if match := pattern.search(line):
                return code, {"percent": match[1]} if match.groups() else {}
    return None


def failure_in(text: str) -> Message | None:
    """Why it failed, where the log's tail says so: a code and its parameters."""
    lines = re.split(r"[\r\n]+", text)
    for pattern, code in FAILURES:
        for line in lines:
            if match := pattern.search(line):
                return code, {"said": _said(match[1])} if match.groups() else {}
    for line in reversed(lines):
        if match := _LAST_ERROR.match(line):
            return "exit_said", {"said": _said(match[1])}
    return None


def _said(text: str) -> str:
    text = printable(text.strip())
    return text if len(text) <= SAID_LIMIT else text[: SAID_LIMIT - 1] + "…"
