"""YAML from input: plain data only, within limits, parsed once. Python and PyYAML alone.

The trainer reads its configuration by it and the platform every document that people give it.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

import yaml
from yaml.composer import Composer, ComposerError
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

MAX_NODES = 50_000  # with every alias written out
MAX_ALIASES = 100
MAX_DEPTH = 50
MAX_NUMBER = 400  # characters: more take quadratic time to read
NUMBERS = {f"tag:yaml.org,2002:{name}" for name in ("int", "float", "timestamp")}
# What PyYAML's constructors raise on a value that is not of its tag, such as `!!timestamp x`.
CONFUSED = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError)
NOT_UTF8, TOO_COMPLEX, BAD_YAML = "not_utf8", "too_complex", "bad_yaml"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(Exception):
    """Why a text is no document: one of the three codes; `line` and `column` count from 1."""

    def __init__(self, code: str, why: str = "", mark: Any = None) -> None:
        super().__init__(why or code)
        self.code, self.why = code, why[:200]
        self.line = mark.line + 1 if mark else None
        self.column = mark.column + 1 if mark else None


def read_yaml(data: bytes) -> tuple[Any, yaml.Node | None]:
    """The document and its node, which knows the lines; (None, None) for an empty text.

    Raises Unreadable, also for a document that holds itself, and for tags of other than plain data.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(NOT_UTF8, str(error.start)) from error
    try:
        loader = _FromEvents(_checked_events(text))
        node = loader.get_single_node()
        return (None, None) if node is None else (loader.construct_document(node), node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(BAD_YAML, str(error.problem), mark) from error
    except (yaml.YAMLError, *CONFUSED) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Unreadable(BAD_YAML, why) from error


def _checked_events(text: str) -> Iterator[yaml.Event]:
    """Nothing is built of events, so a bomb is found before it can grow. Raises Unreadable."""
    nodes: float = 0
    aliases = 0
    began: list[tuple[str | None, float]] = []  # of each open collection: anchor, nodes before it
    sizes: dict[str | None, float] = {}
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            aliases += 1
            nodes += sizes.get(event.anchor, 1)
        elif isinstance(event, yaml.ScalarEvent):
            sizes[event.anchor] = 1
            nodes += 1
        elif isinstance(event, yaml.CollectionStartEvent):
            sizes[event.anchor] = math.inf  # until it ends: within itself it has no end
            began.append((event.anchor, nodes))
            nodes += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = began.pop()
            sizes[anchor] = nodes - before
        if nodes > MAX_NODES or aliases > MAX_ALIASES or len(began) > MAX_DEPTH:
            raise Unreadable(TOO_COMPLEX, mark=event.start_mark)
        yield event


class _FromEvents(Composer, SafeConstructor, Resolver):
    """PyYAML's safe loader without its own parser."""

    def __init__(self, events: Iterable[yaml.Event]) -> None:
        Composer.__init__(self)
        SafeConstructor.__init__(self)
        Resolver.__init__(self)
        self._events = deque(events)

    def check_event(self, *choices: type[yaml.Event]) -> bool:
        return bool(self._events) and (not choices or isinstance(self._events[0], choices))

    def peek_event(self) -> yaml.Event | None:
        return self._events[0] if self._events else None

    def get_event(self) -> yaml.Event | None:
        return self._events.popleft() if self._events else None

    def compose_scalar_node(self, anchor: Any) -> yaml.ScalarNode:
        node = super().compose_scalar_node(anchor)
        if node.tag in NUMBERS and len(node.value) > MAX_NUMBER:
            why = f"a number of more than {MAX_NUMBER} characters"
            raise ComposerError(None, None, why, node.start_mark)
        return node
