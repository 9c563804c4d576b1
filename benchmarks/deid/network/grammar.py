"""Grammars of texts: blocks of forms, read from grammar/*.txt and filled at random.

`{a|b}` is one of two; `{name}` a form of that block, or a maker's value; `{low:...}`, `{caps:...}`
and `{Title:...}` change the case of what is inside. `{"` is a brace of the text itself.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "grammar"
CASES: dict[str, Callable[[str], str]] = {
    "low": str.lower, "caps": str.upper, "Title": lambda text: text.title().replace("'S", "'s"),
}  # fmt: skip
_NAME = re.compile(r"[A-Za-z_]+\d?(?:[@~][a-z]{2}_[A-Z]{2})?")
_CASE = re.compile(r"(low|caps|Title):")

Piece = tuple[str, str]  # text, and its label or nothing
Node = Any


def blocks() -> dict[str, list[str]]:
    """Forms by block, of all files; a file's name is the block of what stands before the first."""
    found: dict[str, list[str]] = {}
    for path in sorted(HERE.glob("*.txt")):
        name, words = path.stem, False
        for line in path.read_text("utf-8").splitlines():
            if match := re.fullmatch(r"\[([a-z_0-9]+)(\*?)\]", line):
                name, words = match[1], bool(match[2])
            elif line and not line.startswith("# "):
                parts = (
                    line.split(", ") if words else [line.replace("\\n", "\n").replace("\\t", "\t")]
                )
                found.setdefault(name, []).extend(parts)
    return found


@cache
def parsed(form: str) -> tuple[Node, ...]:
    nodes, end = _sequence(form, 0, top=True)
    assert end == len(form), form
    return tuple(nodes)


def _sequence(form: str, at: int, top: bool = False) -> tuple[list[Node], int]:
    nodes: list[Node] = []
    text = ""
    depth = 0  # of braces of the text itself
    while at < len(form):
        sign = form[at]
        if sign == "{" and form[at + 1 : at + 2] not in ('"', "{", "}", "\n", " "):
            if text:
                nodes.append(text)
                text = ""
            node, at = _braces(form, at + 1)
            nodes.append(node)
            continue
        if sign in "|}" and not top and not depth:
            break
        depth += (sign == "{") - (sign == "}")
        text += sign
        at += 1
    if text:
        nodes.append(text)
    return nodes, at


def _braces(form: str, at: int) -> tuple[Node, int]:
    case = _CASE.match(form, at)
    if case:
        at = case.end()
    choices = []
    while True:
        nodes, at = _sequence(form, at)
        choices.append(tuple(nodes))
        assert at < len(form), form
        at += 1
        if form[at - 1] == "}":
            break
    first = choices[0]
    if (
        len(choices) == 1
        and len(first) == 1
        and isinstance(first[0], str)
        and _NAME.fullmatch(first[0])
    ):
        node: Node = ("name", first[0])
    else:
        node = ("choice", tuple(choices))
    return (("case", case[1], node) if case else node), at


class Grammar:
    """Fills forms. A maker gives pieces: texts with their labels."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.blocks = blocks()
        self.makers: dict[str, Callable[[str], list[Piece]]] = {}
        self._said: dict[str, list[Piece]] = {}

    def text(self, name: str) -> str:
        """One form of a block, as plain text."""
        return "".join(text for text, _label in self._form(self.rng.choice(self.blocks[name])))

    def filled(self, form: str) -> list[Piece]:
        self._said = {}
        return list(self._form(form))

    def _form(self, form: str) -> Iterator[Piece]:
        yield from self._nodes(parsed(form))

    def _nodes(self, nodes: tuple[Node, ...]) -> Iterator[Piece]:
        for node in nodes:
            yield from [(node, "")] if isinstance(node, str) else self._node(node)

    def _node(self, node: Node) -> Iterator[Piece]:
        if node[0] == "choice":
            yield from self._nodes(self.rng.choice(node[1]))
        elif node[0] == "case":
            yield from ((CASES[node[1]](text), label) for text, label in self._node(node[2]))
        else:
            yield from self._named(node[1])

    def _named(self, name: str) -> Iterator[Piece]:
        if name in self.blocks and name not in self.makers:
            yield from self._form(self.rng.choice(self.blocks[name]))
            return
        plain = name.rstrip("0123456789")
        if plain != name and plain.isupper():  # the same person again
            if name not in self._said:
                self._said[name] = self.makers[plain](plain)
            yield from self._said[name]
            return
        key = plain.partition("@")[0].partition("~")[0]
        if key not in self.makers:
            raise KeyError(name)
        yield from self.makers[key](name)
