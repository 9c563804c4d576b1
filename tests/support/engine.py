#!/usr/bin/env python3
"""A small real HTTP engine with vLLM's endpoints: serves text without a model.

Standard library only. It stands in for vLLM where hundreds of engines, or badly behaved ones,
are wanted: options make it slow, deaf, hung, crashing, forking or silent.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from contextlib import suppress
from multiprocessing import shared_memory

REASON = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    500: "Internal Server Error",
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--served-model-name", nargs="+")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before it listens")
    parser.add_argument("--crash-after", type=float, help="exit 3 so long after listening")
    parser.add_argument("--exit-code", type=int, default=3)
    parser.add_argument("--crash-once", help="file: crash only if it is not there, and make it")
    parser.add_argument("--hang-health", action="store_true")
    parser.add_argument("--hang-health-after", type=float)
    parser.add_argument("--deaf", action="store_true", help="ignore SIGTERM")
    parser.add_argument(
        "--children", type=int, default=0, help="processes in sessions of their own"
    )
    parser.add_argument("--close-log", action="store_true")
    parser.add_argument("--shared-memory", action="store_true", help="as workers of vLLM have it")
    parser.add_argument("--say", action="append", default=[], help="a line for the log at start")
    parser.add_argument("--die", type=int, help="say the lines, then end with this code")
    parser.add_argument("--tokens", type=int, default=5)
    parser.add_argument("--token-delay", type=float, default=0.0)
    parser.add_argument("--first-delay", type=float, default=0.0)
    parser.add_argument("--drop", action="store_true", help="close generation requests unanswered")
    parser.add_argument("--enable-lora", action="store_true")
    parser.add_argument("--max-lora-rank", type=int)
    parser.add_argument("--lora-modules", nargs="+", default=[])
    parser.add_argument("--starts", help="file that gets a line a start")
    parser.add_argument("--tell", help="file that gets where and in what environment it runs")
    return parser.parse_args()


class Engine:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.names = options.served_model_name or [options.model]
        self.adapters = dict(one.split("=", 1) for one in options.lora_modules)
        self.key = os.environ.get("VLLM_API_KEY", "")
        self.began = time.monotonic()
        self.generated = self.running = 0
        self.cancelled = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self.one(reader, writer):
                pass
        with suppress(ConnectionError):
            writer.close()

    async def one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _version = head[0].split(" ", 2)
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:])}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        path = path.partition("?")[0]
        if path.startswith("/v1") and not self.knows(headers):
            return await self.answer(writer, {"error": "Unauthorized"}, 401)
        if path == "/health" and self.hung():
            await asyncio.sleep(3600)
        if method == "GET":
            return await self.get(writer, path)
        data = json.loads(body or b"{}")
        if path == "/v1/load_lora_adapter":
            if not os.path.isdir(data["lora_path"]):
                error = {"message": f"no adapter at {data['lora_path']}", "code": 404}
                return await self.answer(writer, {"error": error}, 404)
            self.adapters[data["lora_name"]] = data["lora_path"]
            return await self.answer(writer, "Success")
        if path == "/v1/unload_lora_adapter":
            self.adapters.pop(data["lora_name"], None)
            return await self.answer(writer, "Success")
        if path in ("/v1/chat/completions", "/v1/completions", "/v1/embeddings"):
            return await self.generate(reader, writer, path, data)
        return await self.answer(writer, {"detail": "Not Found"}, 404)

    def knows(self, headers: dict) -> bool:
        """As vLLM has it: a key of its environment guards /v1, and /v1 alone."""
        return not self.key or headers.get("authorization") == f"Bearer {self.key}"

    def hung(self) -> bool:
        after = self.options.hang_health_after
        late = after is not None and time.monotonic() - self.began > after
        return bool(self.options.hang_health or late)

    async def get(self, writer: asyncio.StreamWriter, path: str) -> bool:
        if path == "/health":
            return await self.answer(writer, None)
        if path == "/v1/models":
            names = [*self.names, *self.adapters]
            return await self.answer(writer, {"data": [{"id": name} for name in names]})
        if path == "/metrics":
            text = (
                f'vllm:num_requests_running{{engine="0"}} {float(self.running)}\n'
                f'vllm:num_requests_waiting{{engine="0"}} 0.0\n'
                f'vllm:kv_cache_usage_perc{{engine="0"}} 0.25\n'
                f'vllm:generation_tokens_total{{engine="0"}} {float(self.generated)}\n'
                f'vllm:time_to_first_token_seconds_sum{{engine="0"}} 0.5\n'
                f'vllm:time_to_first_token_seconds_count{{engine="0"}} 2.0\n'
                f"test:cancelled {self.cancelled}\n"
            )
            return await self.answer(writer, text)
        return await self.answer(writer, {"detail": "Not Found"}, 404)

    async def answer(self, writer: asyncio.StreamWriter, what: object, status: int = 200) -> bool:
        text = what if isinstance(what, str) else "" if what is None else json.dumps(what)
        kind = "text/plain" if isinstance(what, str) else "application/json"
        data = text.encode()
        head = f"HTTP/1.1 {status} {REASON[status]}\r\nContent-Type: {kind}\r\n"
        writer.write(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        await writer.drain()
        return True

    async def generate(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, data: dict
    ) -> bool:
        model = data.get("model")
        if self.options.drop:
            return False
        if model not in [*self.names, *self.adapters]:
            error = {"message": f"The model `{model}` does not exist.", "code": 404}
            return await self.answer(writer, {"error": error}, 404)
        count = min(int(data.get("max_tokens") or self.options.tokens), 100_000)
        words = [f"{model} " if index == 0 else f"w{index} " for index in range(count)]
        usage = {"prompt_tokens": 7, "completion_tokens": count, "total_tokens": 7 + count}
        if path == "/v1/embeddings":
            vector = [{"object": "embedding", "index": 0, "embedding": [0.1, 0.2]}]
            only = {"prompt_tokens": 7, "total_tokens": 7}
            return await self.answer(
                writer, {"object": "list", "model": model, "data": vector, "usage": only}
            )
        self.running += 1
        try:
            await asyncio.sleep(self.options.first_delay)
            if data.get("stream"):
                return await self.stream(reader, writer, path, data, words, usage)
            await asyncio.sleep(self.options.token_delay * count)
            self.generated += count
            return await self.answer(writer, self.whole(path, model, "".join(words), usage))
        finally:
            self.running -= 1

    def whole(self, path: str, model: str, text: str, usage: dict) -> dict:
        chat = path == "/v1/chat/completions"
        choice = {"index": 0, "finish_reason": "length", "logprobs": None}
        choice |= {"message": {"role": "assistant", "content": text}} if chat else {"text": text}
        kind = "chat.completion" if chat else "text_completion"
        return {"id": "x-1", "object": kind, "created": 1, "model": model, "choices": [choice],
                "usage": usage}  # fmt: skip

    async def stream(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        path: str,
        data: dict,
        words: list[str],
        usage: dict,
    ) -> bool:
        chat = path == "/v1/chat/completions"
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                     b"Transfer-Encoding: chunked\r\n\r\n")  # fmt: skip
        kind = "chat.completion.chunk" if chat else "text_completion"
        base = {"id": "x-1", "object": kind, "created": 1, "model": data["model"]}
        asked = data.get("stream_options") or {}
        for index, word in enumerate(words):
            if reader.at_eof():
                self.cancelled += 1
                raise ConnectionError
            end = "length" if index == len(words) - 1 else None
            choice = {"index": 0, "finish_reason": end, "logprobs": None}
            choice |= {"delta": {"content": word}} if chat else {"text": word}
            so_far = {**usage, "completion_tokens": index + 1, "total_tokens": 8 + index}
            told = {"usage": so_far} if asked.get("continuous_usage_stats") else {}
            await self.event(writer, {**base, "choices": [choice], **told})
            self.generated += 1
            await asyncio.sleep(self.options.token_delay)
        if asked.get("include_usage"):
            await self.event(writer, {**base, "choices": [], "usage": usage})
        await self.event(writer, "[DONE]")
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def event(self, writer: asyncio.StreamWriter, what: object) -> None:
        text = what if isinstance(what, str) else json.dumps(what)
        data = f"data: {text}\n\n".encode()
        writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        await writer.drain()


async def main() -> None:
    options = arguments()
    if options.starts:
        with open(options.starts, "a") as file:
            file.write(f"{os.getpid()}\n")
    if options.tell:
        with open(options.tell, "w") as file:
            cache = os.environ.get("HF_HUB_CACHE", "")
            seen = [cache] if os.path.isdir(cache) else []
            json.dump(
                {"cwd": os.getcwd(), "env": dict(os.environ), "path": sys.path, "seen": seen}, file
            )
    for line in options.say:
        print(line, flush=True)
    if options.die is not None:
        sys.exit(options.die)
    if options.shared_memory:
        segment = shared_memory.SharedMemory(create=True, size=4096)
        print(f"shared memory {segment.name}", flush=True)
    if options.deaf:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for _ in range(options.children):
        if os.fork() == 0:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(3600)
            os._exit(0)
    if options.close_log:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
    await asyncio.sleep(options.delay)
    engine = Engine(options)
    server = await asyncio.start_server(
        engine.handle, options.host, options.port, backlog=1024, limit=64 * 1024 * 1024
    )
    print("INFO Starting vLLM server on the port", flush=True)
    if options.crash_after is not None:
        once = options.crash_once
        if once is None or not os.path.exists(once):
            if once:
                open(once, "w").close()
            asyncio.get_running_loop().call_later(options.crash_after, os._exit, options.exit_code)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main())
