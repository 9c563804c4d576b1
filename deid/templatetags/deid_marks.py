"""Marks in text: what was found, what a de-identification has changed. All of it is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from deid.engine.replacement.apply import Entity
from deid.labels import type_label

register = template.Library()
LONGEST = 2000  # characters of a line that are compared


@register.simple_tag
def changes(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Both texts with what differs marked."""
    before, after = before[:LONGEST], after[:LONGEST]
    if before == after:
        return format_html("{}", before), format_html("{}", after)
    left, right = SafeString(""), SafeString("")
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            left += format_html("{}", before[a:b])
            right += format_html("{}", after[c:d])
            continue
        if b > a:
            left += format_html("<del>{}</del>", before[a:b])
        if d > c:
            right += format_html("<ins>{}</ins>", after[c:d])
    return left, right


@register.simple_tag
def type_name(kind: str) -> str:
    """A type in the reader's language."""
    return type_label(kind)


@register.simple_tag
def entities(text: str, found: Sequence[Entity]) -> SafeString:
    """The text with each entity marked with type and confidence."""
    parts, at = [], 0
    for entity in found:
        parts.append(format_html("{}", text[at : entity.start]))
        parts.append(
            format_html(
                '<mark data-type="{}" title="{} {}%">{}<small>{}</small></mark>',
                entity.type,
                type_label(entity.type),
                round(entity.score * 100),
                text[entity.start : entity.end],
                type_label(entity.type),
            )
        )
        at = entity.end
    parts.append(format_html("{}", text[at:]))
    return format_html_join("", "{}", ((part,) for part in parts))
