"""The weights inside the network's ONNX file: read by name, and written back where they lie.

The file's graph stays as it is, so no library that builds graphs is needed: a tensor of the same
shape takes the same bytes. Formats: onnx.proto (TensorProto) over protocol buffers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

_GRAPH, _INITIALISER, _DIMENSION, _TYPE, _NAME, _RAW = 7, 5, 1, 2, 8, 9
_NUMPY = {1: "<f4", 3: "<i1", 7: "<i8"}


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def _fields(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(number, start, end) of each field; of a plain number its value as start."""
    while at < end:
        key, at = _varint(data, at)
        if key & 7 == 0:
            value, at = _varint(data, at)
            yield key >> 3, value, value
            continue
        size, at = _varint(data, at) if key & 7 == 2 else ({1: 8, 5: 4}[key & 7], at)
        yield key >> 3, at, at + size
        at += size


def _tensors(data: bytes) -> Iterator[tuple[str, str, list[int], int, int]]:
    for number, start, end in _fields(data, 0, len(data)):
        if number != _GRAPH:
            continue
        for inner, begin, stop in _fields(data, start, end):
            if inner == _INITIALISER:
                yield _tensor(data, begin, stop)


def _tensor(data: bytes, begin: int, stop: int) -> tuple[str, str, list[int], int, int]:
    name, kind, shape, raw = "", 1, [], (0, 0)
    for number, start, end in _fields(data, begin, stop):
        if number == _NAME:
            name = data[start:end].decode()
        elif number == _TYPE:
            kind = start
        elif number == _DIMENSION and start == end:
            shape.append(start)
        elif number == _DIMENSION:  # packed
            while start < end:
                size, start = _varint(data, start)
                shape.append(size)
        elif number == _RAW:
            raw = (start, end)
    return name, _NUMPY[kind], shape, *raw


def read(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {
        name: np.frombuffer(data[start:end], kind).reshape(shape)
        for name, kind, shape, start, end in _tensors(data)
    }


def write(source: Path, target: Path, changed: Mapping[str, Any]) -> None:
    """A copy of `source` with these tensors in it."""
    data = source.read_bytes()
    result = bytearray(data)
    for name, kind, shape, start, end in _tensors(data):
        if name in changed:
            value = np.ascontiguousarray(changed[name], kind)
            assert list(value.shape) == shape and value.nbytes == end - start, name
            result[start:end] = value.tobytes()
    target.write_bytes(result)
