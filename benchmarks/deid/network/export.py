"""Writes the trained networks as ONNX, tables in 8 bits: python -m benchmarks.deid.network.export OUT.

All OUT/state-*.npz become the weights in the package: one graph that gives the mean of what they
say. Built by hand, so that the run time needs nothing but onnxruntime, and sees each batch's true
lengths.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from deid.engine.recognition.tagger_en.features import WIDTH
from deid.engine.recognition.tagger_en.lists import fingerprint
from deid.engine.recognition.tagger_en.tagger import WEIGHTS

TABLES = {"words": (0, 1), "ends": (2, 3, 4, 5), "shapes": (6,), "gaps": (7,)}
OPSET, IR = 17, 9


class Graph:
    """Nodes and constants in the order in which they are added; names are a network's own."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.network = ""

    def constant(self, name: str, value: Any) -> str:
        name = self.network + name
        self.constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **more: Any) -> str:
        output = self.network + output
        self.nodes.append(helper.make_node(kind, inputs, [output], **more))
        return output

    def table(self, name: str, weights: Any, columns: tuple[int, ...]) -> list[str]:
        """A row of the table for each of these columns of the input."""
        scale = np.float32(np.abs(weights).max() / 127)
        rows = self.constant(
            f"{name}_rows", np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
        )
        step, zero = (
            self.constant(f"{name}_scale", scale),
            self.constant(f"{name}_zero", np.int8(0)),
        )
        found = []
        for column in columns:
            at = self.constant(f"at{column}", np.array(column, np.int64))
            ids = self.node("Gather", ["ids", at], f"ids{column}", axis=2)
            taken = self.node("Gather", [rows, ids], f"taken{column}")
            found.append(self.node("DequantizeLinear", [taken, step, zero], f"row{column}"))
        return found


def _gates(weights: Any) -> Any:
    """torch has reset, update, new; ONNX wants update, reset, new."""
    reset, update, new = np.split(weights, 3)
    return np.concatenate([update, reset, new]).astype(np.float32)


def _gru(graph: Graph, value: str, state: dict[str, Any], layer: int) -> str:
    """One layer, both ways: steps x batch x both states."""
    sides = (f"l{layer}", f"l{layer}_reverse")
    weights = np.stack([_gates(state[f"gru.weight_ih_{side}"]) for side in sides])
    again = np.stack([_gates(state[f"gru.weight_hh_{side}"]) for side in sides])
    bias = np.stack(
        [
            np.concatenate([_gates(state[f"gru.bias_{kind}_{side}"]) for kind in ("ih", "hh")])
            for side in sides
        ]
    )
    size = again.shape[2]
    given = [
        graph.constant(f"gru{layer}_{name}", one)
        for name, one in (("w", weights), ("r", again), ("b", bias))
    ]
    states = graph.node(
        "GRU",
        [value, *given, "lens"],
        f"states{layer}",
        hidden_size=size,
        direction="bidirectional",
        linear_before_reset=1,
    )
    turned = graph.node("Transpose", [states], f"turned{layer}", perm=[0, 2, 1, 3])
    shape = graph.constant(f"both{layer}", np.array([0, 0, 2 * size], np.int64))
    return graph.node("Reshape", [turned, shape], f"both_states{layer}")


def _linear(graph: Graph, value: str, state: dict[str, Any], name: str) -> str:
    weights = graph.constant(f"{name}_w", state[f"{name}.weight"].T.astype(np.float32))
    bias = graph.constant(f"{name}_b", state[f"{name}.bias"])
    return graph.node(
        "Add", [graph.node("MatMul", [value, weights], f"{name}_x"), bias], f"{name}_y"
    )


def _network(graph: Graph, state: dict[str, Any]) -> str:
    """One network: the probabilities that it gives."""
    rows = {
        name: graph.table(name, state[f"{name}.weight"], columns)
        for name, columns in TABLES.items()
    }
    word = graph.node("Add", rows["words"], "word")
    parts = [word, *rows["ends"], *rows["shapes"], *rows["gaps"], "bits"]
    every = graph.node("Concat", parts, "every", axis=2)
    active = graph.node("Relu", [_linear(graph, every, state, "inner")], "active")
    norm = [
        graph.constant("norm_w", state["norm.weight"]),
        graph.constant("norm_b", state["norm.bias"]),
    ]
    normed = graph.node("LayerNormalization", [active, *norm], "normed", axis=-1, epsilon=1e-5)
    value = graph.node("Transpose", [normed], "steps", perm=[1, 0, 2])
    for layer in range(sum(key.startswith("gru.weight_ih") for key in state) // 2):
        value = _gru(graph, value, state, layer)
    scores = _linear(graph, value, state, "out")
    return graph.node("Softmax", [scores], "own", axis=-1)


def built(states: Sequence[dict[str, Any]]) -> Any:
    graph = Graph()
    said_by = []
    for number, state in enumerate(states):
        graph.network = f"{number}_"
        said_by.append(_network(graph, state))
    graph.network = ""
    graph.node("Mean", said_by, "probabilities")
    said = helper.make_tensor_value_info
    whole = helper.make_graph(
        graph.nodes, "names_en",
        [said("ids", TensorProto.INT32, ["b", "t", None]), said("bits", TensorProto.FLOAT, ["b", "t", WIDTH]),
         said("lens", TensorProto.INT32, ["b"])],
        [said("probabilities", TensorProto.FLOAT, ["t", "b", None])], graph.constants,
    )  # fmt: skip
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)
    helper.set_model_props(model, {"words": fingerprint()})
    onnx.checker.check_model(model)
    return model


def main() -> None:
    states = [dict(np.load(path)) for path in sorted(Path(sys.argv[1]).glob("state-*.npz"))]
    onnx.save(built(states), WEIGHTS)
    print(f"{WEIGHTS}: {WEIGHTS.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
