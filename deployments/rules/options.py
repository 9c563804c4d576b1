"""The table of engine options (vLLM): what anybody may give, and what nobody may.

An option that stands in neither is an operator's: a new one of vLLM's is closed until it is
looked at. What is here imports no code, names no module, opens no socket and no file but those
that the rules of places allow. `tests/deployments/test_vllm_options.py` compares the table with
vLLM's own.
"""

from __future__ import annotations

from dataclasses import dataclass

from deployments.rules.option_values import (
    REGISTERED,
    REVISION,
    Choice,
    JsonObject,
    Kind,
    Label,
    Number,
    ReadFile,
    Whole,
    between,
    either,
    is_bool,
    is_plain,
    is_word,
    never,
    object_of,
)

LORA_RANKS = (8, 16, 32, 64, 128, 256, 320, 512)  # what vLLM takes for --max-lora-rank


@dataclass(frozen=True)
class Option:
    """`kind` is None for a flag; `many`: several values; `negatable`: `--no-…` is its opposite."""

    kind: Kind | None
    short: str = ""
    many: bool = False
    negatable: bool = False
    retired: bool = False
    """Known to vLLM before 0.32 only."""


SWITCH = Option(None, negatable=True)
FLOATS = ("auto", "bfloat16", "float16", "float32")
MEDIA = either(
    between(0, 10_000),
    object_of(
        count=between(0, 10_000),
        width=between(1, 100_000),
        height=between(1, 100_000),
        num_frames=between(1, 100_000),
        length=between(1, 10**8),
    ),
)
LARGE = Whole(1, 10**12, short=True)


def _choice(*words: str) -> Option:
    return Option(Choice(words))


MODEL = {
    "--dtype": _choice("auto", "bfloat16", "float", "float16", "float32", "half"),
    "--quantization": Option(REGISTERED, "-q"),
    "--max-model-len": Option(Whole(1, 10**9, short=True, words=("auto", "-1"))),
    "--seed": Option(Whole(0, 2**32 - 1)),
    "--revision": Option(REVISION),
    "--tokenizer-revision": Option(REVISION),
    "--tokenizer-mode": _choice("auto", "hf", "slow", "mistral"),
    "--runner": _choice("auto", "generate", "pooling"),
    "--convert": _choice("auto", "classify", "embed", "none"),
    "--model-impl": _choice("auto", "vllm", "transformers"),
    "--load-format": _choice(
        "auto", "safetensors", "pt", "gguf", "bitsandbytes", "mistral", "dummy"
    ),
    "--safetensors-load-strategy": _choice("lazy", "eager", "prefetch"),
    "--use-tqdm-on-load": SWITCH,
    "--generation-config": _choice("auto", "vllm"),
    "--override-generation-config": Option(
        JsonObject(
            {
                "temperature": between(0, 100),
                "top_p": between(0, 1),
                "top_k": between(-1, 10**6),
                "min_p": between(0, 1),
                "repetition_penalty": between(0, 100),
                "presence_penalty": between(-2, 2),
                "frequency_penalty": between(-2, 2),
                "max_new_tokens": between(1, 10**9),
            }
        )
    ),
    "--pooler-config": Option(
        JsonObject(
            {
                "pooling_type": is_word,
                "seq_pooling_type": is_word,
                "tok_pooling_type": is_word,
                "normalize": is_bool,
                "use_activation": is_bool,
                "dimensions": between(1, 10**6),
            }
        )
    ),
    "--max-logprobs": Option(Whole(-1, 10**6)),
    "--logprobs-mode": _choice(
        "processed_logits", "processed_logprobs", "raw_logits", "raw_logprobs"
    ),
    "--disable-sliding-window": SWITCH,
    "--disable-cascade-attn": SWITCH,
    "--task": Option(REGISTERED, retired=True),
}
CLIENTS = {
    "--served-model-name": Option(Label(), many=True),
    "--chat-template": Option(ReadFile()),
    "--chat-template-content-format": _choice("auto", "openai", "string"),
    "--default-chat-template-kwargs": Option(
        JsonObject({"*": is_plain, "chat_template": never, "tokenize": never})
    ),
    "--response-role": Option(REGISTERED),
    "--enable-auto-tool-choice": SWITCH,
    "--exclude-tools-when-tool-choice-none": SWITCH,
    "--tool-call-parser": Option(REGISTERED),
    "--reasoning-parser": Option(REGISTERED),
    "--enable-reasoning": Option(None, retired=True),
    "--return-tokens-as-token-ids": SWITCH,
    "--enable-prompt-tokens-details": SWITCH,
    "--enable-force-include-usage": SWITCH,
    "--enable-server-load-tracking": SWITCH,
    "--enable-request-id-headers": SWITCH,
    "--disable-fastapi-docs": SWITCH,
    "--disable-uvicorn-access-log": SWITCH,
    "--disable-log-requests": Option(None, retired=True),
    "--uvicorn-log-level": _choice("critical", "error", "warning", "info", "debug", "trace"),
    "--api-server-count": Option(Whole(1, 64), "-asc"),
    "--shutdown-timeout": Option(Whole(0, 3600)),
}
PARALLEL = {
    "--tensor-parallel-size": Option(Whole(1, 1024), "-tp"),
    "--pipeline-parallel-size": Option(Whole(1, 1024), "-pp"),
    "--data-parallel-size": Option(Whole(1, 1024), "-dp"),
    "--prefill-context-parallel-size": Option(Whole(1, 1024), "-pcp"),
    "--decode-context-parallel-size": Option(Whole(1, 1024), "-dcp"),
    "--enable-expert-parallel": Option(None, "-ep", negatable=True),
    "--expert-placement-strategy": _choice("linear", "round_robin"),
    "--distributed-executor-backend": _choice("mp", "uni"),
    "--data-parallel-backend": Option(Choice(("mp",)), "-dpb"),
    "--disable-custom-all-reduce": SWITCH,
    "--enable-eplb": SWITCH,
    "--max-parallel-loading-workers": Option(Whole(1, 1024)),
}
MEMORY = {
    "--gpu-memory-utilization": Option(Number(0, 1, above=True)),
    "--kv-cache-memory-bytes": Option(LARGE),
    "--kv-cache-dtype": Option(REGISTERED),
    "--block-size": Option(Whole(1, 1024)),
    "--num-gpu-blocks-override": Option(Whole(1, 10**9)),
    "--cpu-offload-gb": Option(Number(0, 100_000)),
    "--kv-offloading-size": Option(Number(0, 100_000)),
    "--kv-offloading-backend": _choice("native"),
    "--swap-space": Option(Number(0, 100_000), retired=True),
    "--enable-prefix-caching": SWITCH,
    "--prefix-caching-hash-algo": _choice("sha256", "sha256_cbor", "xxhash", "xxhash_cbor"),
    "--mamba-cache-dtype": _choice(*FLOATS),
    "--mamba-ssm-cache-dtype": _choice(*FLOATS),
    "--enforce-eager": SWITCH,
    "--attention-backend": Option(REGISTERED),
    "--optimization-level": Option(Choice(("0", "1", "2", "3")), "-O"),
    "--performance-mode": _choice("balanced", "interactivity", "throughput"),
    "--cudagraph-capture-sizes": Option(Whole(1, 10**6), many=True),
    "--max-cudagraph-capture-size": Option(Whole(0, 10**6)),
}
SCHEDULING = {
    "--max-num-seqs": Option(Whole(1, 10**6)),
    "--max-num-batched-tokens": Option(Whole(1, 10**9, short=True)),
    "--max-num-queued-reqs": Option(Whole(1, 10**9)),
    "--long-prefill-token-threshold": Option(Whole(0, 10**9)),
    "--enable-chunked-prefill": SWITCH,
    "--disable-chunked-mm-input": SWITCH,
    "--scheduling-policy": _choice("fcfs", "priority"),
    "--async-scheduling": SWITCH,
    "--stream-interval": Option(Whole(1, 10**6)),
}
ADAPTERS = {
    "--enable-lora": SWITCH,
    "--max-loras": Option(Whole(1, 1024)),
    "--max-cpu-loras": Option(Whole(1, 10**6)),
    "--max-lora-rank": Option(Choice(tuple(map(str, (1, *LORA_RANKS))))),
    "--lora-dtype": _choice("auto", "bfloat16", "float16"),
    "--fully-sharded-loras": SWITCH,
}
MEDIA_INPUT = {
    "--limit-mm-per-prompt": Option(JsonObject({"image": MEDIA, "video": MEDIA, "audio": MEDIA})),
    "--mm-processor-kwargs": Option(
        JsonObject(
            {
                "min_pixels": between(1, 10**9),
                "max_pixels": between(1, 10**9),
                "num_crops": between(1, 1000),
                "min_dynamic_patch": between(1, 1000),
                "max_dynamic_patch": between(1, 1000),
                "fps": between(0, 1000),
                "do_pan_and_scan": is_bool,
                "use_fast": is_bool,
            }
        )
    ),
    "--mm-processor-cache-gb": Option(Number(0, 10_000)),
    "--mm-encoder-tp-mode": _choice("data", "weights"),
    "--language-model-only": SWITCH,
    "--interleave-mm-strings": SWITCH,
    "--skip-mm-profiling": SWITCH,
    "--video-pruning-rate": Option(Number(0, 1)),
}
ALLOWED: dict[str, Option] = {
    **MODEL, **CLIENTS, **PARALLEL, **MEMORY, **SCHEDULING, **ADAPTERS, **MEDIA_INPUT,
}  # fmt: skip

# What the platform says itself, or what would part it from its engine: where the engine listens,
# by which key and protocol it is asked, that it serves at all.
RESERVED = frozenset(
    {
        "--host", "--port", "--uds", "--fd", "--root-path", "--api-key", "--model",
        "--lora-modules", "--headless", "--grpc", "--grpc-port", "--help", "--version",
        "--ssl-keyfile", "--ssl-certfile", "--ssl-ca-certs", "--ssl-cert-reqs", "--ssl-ciphers",
        "--enable-ssl-refresh", "--data-parallel-multi-port-external-lb",
        "--data-parallel-supervisor-port",
    }
)  # fmt: skip
# What makes the engine import code that is not its own, read more options from a file, or hand
# out files of the host: an operator's whatever the settings say.
LOADING = frozenset(
    {
        "--trust-remote-code", "--middleware", "--tool-parser-plugin", "--reasoning-parser-plugin",
        "--worker-cls", "--worker-extension-cls", "--scheduler-cls", "--logits-processors",
        "--io-processor-plugin", "--hf-overrides", "--config-format", "--config",
        "--log-config-file", "--logging-config", "--allowed-local-media-path", "--tool-server",
    }
)  # fmt: skip
SHORT = {
    **{option.short: name for name, option in ALLOWED.items() if option.short},
    "-h": "--help",
    "-v": "--version",
    "-dpm": "--data-parallel-multi-port-external-lb",
}
# Options of vLLM for operators that are also the beginning of another one.
WHOLE = frozenset({"--tokenizer", "-dc"})
ALIASES = {"--device-memory-utilization": "--gpu-memory-utilization"}
