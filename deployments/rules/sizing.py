"""How much memory a model needs, from its config.json and the sizes of its weight files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_CONFIG_BYTES = 4 * 1024 * 1024
GIB = 1024**3
# Activations, CUDA context and graphs of an engine; vLLM's own profile is what decides.
OVERHEAD = int(1.5 * GIB)
DTYPE_BYTES = {"float32": 4, "float64": 8, "float8_e4m3fn": 1}


@dataclass(frozen=True)
class ModelSize:
    """Bytes of all weights, and of the KV cache of one token."""

    weights: int
    kv_per_token: int
    max_positions: int

    def needed(self, gpus: int, max_model_len: int | None) -> int:
        """Bytes on each of `gpus` devices for the weights and one sequence of full length."""
        tokens = min(max_model_len or self.max_positions, self.max_positions or 10**9)
        return self.weights // gpus + self.kv_per_token * tokens // gpus + OVERHEAD


def model_size(folder: Path) -> ModelSize | None:
    """None where the folder does not say (no config, no weights)."""
    config = read_config(folder / "config.json")
    weights = _weights(folder)
    if not config or not weights:
        return None
    nested = config.get("text_config")
    text: dict[str, Any] = nested if isinstance(nested, dict) else config
    return ModelSize(
        weights=weights, kv_per_token=_kv_per_token(text), max_positions=_max_positions(text)
    )


def read_config(path: Path) -> dict[str, Any]:
    """A JSON object of at most 4 MiB; empty where it is not there or not one."""
    try:
        with path.open("rb") as file:
            document = json.loads(file.read(MAX_CONFIG_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _weights(folder: Path) -> int:
    for pattern in ("*.safetensors", "*.bin", "*.pt"):
        try:
            total = sum(path.stat().st_size for path in folder.glob(pattern))
        except OSError:
            return 0
        if total:
            return total
    return 0


def _number(config: dict[str, Any], *names: str) -> int:
    for name in names:
        value = config.get(name)
        if isinstance(value, int) and value > 0:
            return value
    return 0


def _max_positions(config: dict[str, Any]) -> int:
    return _number(config, "max_position_embeddings", "n_positions", "seq_length")


def _kv_per_token(config: dict[str, Any]) -> int:
    """2 (keys, values) x layers x KV heads x head size x bytes of a number."""
    layers = _number(config, "num_hidden_layers", "n_layer")
    heads = _number(config, "num_attention_heads", "n_head")
    hidden = _number(config, "hidden_size", "n_embd")
    head_size = _number(config, "head_dim") or (hidden // heads if heads else 0)
    kv_heads = _number(config, "num_key_value_heads") or heads
    dtype = str(config.get("torch_dtype") or config.get("dtype") or "")
    # vLLM serves float32 weights in 16 bits unless it is told otherwise.
    size = 2 if dtype == "float32" else DTYPE_BYTES.get(dtype, 2)
    return 2 * layers * kv_heads * head_size * size
