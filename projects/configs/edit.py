"""Changes to a configuration's text that leave the rest as it is: comments, order, quotes."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark, YAMLError
from ruamel.yaml.tokens import CommentToken

WIDE = 1_000_000  # no line is broken
# What ruamel.yaml raises where YAML 1.2 has it otherwise than PyYAML, by which we go.
CONFUSED = (YAMLError, ValueError, TypeError, LookupError, AttributeError, RecursionError)
Change = tuple[list[str], Any]
Place = tuple[Any, Any]  # a mapping or a list, and the key or index in it


def edited(text: str, changes: list[Change]) -> str | None:
    """`text` with each value set at its path of keys; None removes the key.

    None where the text cannot be kept. The caller has checked text and changes, and compares what
    comes out: the words of a text must never decide what is trained.
    """
    text = text.replace("\r\n", "\n")
    editor = _editor(text)
    try:
        document = editor.load(text)
        for path, value in changes:
            _change(document, path, value)
        out = StringIO()
        editor.dump(document, out)
    except CONFUSED:
        return None
    return out.getvalue()


def _editor(text: str) -> YAML:
    editor = YAML(typ="rt", pure=True)
    editor.preserve_quotes, editor.width = True, WIDE
    editor.explicit_start = text.startswith("---")
    inner = re.search(r"^\S.*:[^\n]*\n(?:\s*(?:#.*)?\n)*( +)[^\s#-]", text, re.MULTILINE)
    items = re.search(r"^( *)\S.*:[^\n]*\n(?:\s*(?:#.*)?\n)*( *)-( +)", text, re.MULTILINE)
    offset = len(items[2]) - len(items[1]) if items else 0
    editor.indent(
        mapping=len(inner[1]) if inner else 2,
        sequence=max(0, offset) + 1 + (len(items[3]) if items else 1),
        offset=max(0, offset),
    )
    return editor


def _change(document: CommentedMap, path: list[str], value: Any) -> None:
    *sections, key = path
    section = document
    above: Place | None = None
    for name in sections:
        if section.get(name) is None:
            if value is None:
                return
            _add(section, name, CommentedMap())
        above, section = (section, name), section[name]
    if value is None:
        _remove(section, key, above)
    elif key in section:
        rest = _take(_last(section, key)) if _is_block(section[key]) else ""
        section[key] = _written(value)
        _give((section, key), rest)
    else:
        _add(section, key, _written(value))


def _written(value: Any) -> Any:
    """As PyYAML would write it, on one line, so that it reads the same value from it."""
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=WIDE)
    editor = YAML(typ="rt", pure=True)
    editor.preserve_quotes = True
    return editor.load(text)


def _add(section: CommentedMap, key: str, value: Any) -> None:
    """At the end of the section, before the comment that leads to the next one."""
    if key in section:  # a section without keys: None
        before: Place | None = (section, key)
    else:
        before = _last(section, list(section)[-1]) if section else None
    rest = _take(before) if before else ""
    section[key] = value
    _give((section, key), rest)


def _remove(section: CommentedMap, key: str, above: Place | None) -> None:
    """The comment lines after it stay: they are about what follows."""
    if key not in section:
        return
    rest = _take(_last(section, key))
    keys = list(section)
    at = keys.index(key)
    del section[key]
    section.ca.items.pop(key, None)
    if at:
        _give(_last(section, keys[at - 1]), rest)
    elif len(keys) > 1:
        _lead(section, keys[1], rest)
    elif above:
        _empty(above, rest)


def _lead(section: CommentedMap, key: str, rest: str) -> None:
    """Put comment lines before the first key of a section."""
    words = "\n".join(line.strip().removeprefix("#").strip() for line in rest.splitlines())
    if words.strip():
        section.yaml_set_comment_before_after_key(
            key, before=words.strip("\n"), indent=section.lc.col or 0
        )


def _empty(above: Place, rest: str) -> None:
    """Leave `name: {}` of a section whose last key went, and all comments that were within."""
    owner, name = above
    tokens = owner.ca.items.pop(name, None) or [None] * 4
    own = tokens[2].value if tokens[2] else "\n"
    inner = "".join(f"{token.value.rstrip()}\n" for token in tokens[3] or ())
    owner[name] = CommentedMap()
    owner[name].fa.set_flow_style()
    if own.strip() or inner or rest:
        words = f"{own.removesuffix(chr(10))}\n{inner}{rest}"
        owner.ca.items[name] = [None, None, CommentToken(words, CommentMark(0), None), None]


def _is_block(value: Any) -> bool:
    blocks = isinstance(value, CommentedMap | CommentedSeq)
    return blocks and len(value) > 0 and not value.fa.flow_style()


def _last(section: Any, key: Any) -> Place:
    """Where the last line of the value stands: comments after it are kept there."""
    while _is_block(section[key]):
        section = section[key]
        key = list(section)[-1] if isinstance(section, CommentedMap) else len(section) - 1
    return section, key


def _slot(place: Place) -> tuple[list[Any] | None, int]:
    section, key = place
    return section.ca.items.get(key), 2 if isinstance(section, CommentedMap) else 0


def _take(place: Place) -> str:
    """The comment lines after a value's own, which are taken away."""
    tokens, slot = _slot(place)
    if tokens is None or tokens[slot] is None:
        return ""
    own, end, rest = tokens[slot].value.partition("\n")
    tokens[slot].value = own + end
    return str(rest)


def _give(place: Place, rest: str) -> None:
    if not rest:
        return
    section, key = place
    found, slot = _slot(place)
    tokens: list[Any] = [None] * 4 if found is None else found
    section.ca.items[key] = tokens
    if tokens[slot] is None:
        tokens[slot] = CommentToken("\n", CommentMark(0), None)
    tokens[slot].value = f"{tokens[slot].value.removesuffix(chr(10))}\n{rest}"
