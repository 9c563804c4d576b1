"""Links, IP and MAC addresses, and with them e-mail addresses (mail.py)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.document import Document
from deid.engine.recognition.mail import mails
from deid.engine.recognition.types import Span

# RFC 3986 characters only: a link ends where Chinese begins.
_URL_CHARACTERS = r"[A-Za-z0-9._~:/?#@!$&'()*+,;=%\[\]-]"
# ... unless it is a name of a host, a part of a path or a value: there Chinese has its place (RFC 3987).
_HOST = r"(?:[^\W_][\w-]{0,62}\.){1,5}[^\W\d_]{2,24}(?=[/:?#]|[^\w]|$)"
_PARTS = rf"(?:{_URL_CHARACTERS}|[\u00a1-\u2fff]|(?<=[/=_])[\u3040-\u9fff\uac00-\ud7a3]{{1,40}})"
_URL = re.compile(
    rf"(?<![A-Za-z0-9])(?:(?:https?|ftp|wss?)://(?:{_HOST})?|www\.){_PARTS}{{0,2000}}",
    re.IGNORECASE,
)
_BARE_LINK = re.compile(
    r"(?<![A-Za-z0-9@._/-])(?:[A-Za-z0-9-]{1,63}\.){1,4}"
    rf"(?:com|cn|net|org|io|me|top|cc|tv|dev|edu|gov)/{_URL_CHARACTERS}{{1,500}}", re.IGNORECASE
)  # fmt: skip
_TRAILING = ".,;:!?'\"*…·"
# What may not stand before comes behind the first character: so the search is for a set.
_IPV4 = re.compile(
    r"[0-9](?<![0-9A-Za-z.].)(?:[0-9]{0,2}\.)(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})\.){2}"
    r"(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})(?![0-9A-Za-z]|\.[0-9])"
)
_IPV6 = re.compile(
    r"[0-9A-Fa-f:](?<![0-9A-Za-z:.].)[0-9A-Fa-f:]{2,38}(?:(?<=:)[0-9.]{7,15})?"
    r"(?:%[0-9A-Za-z][0-9A-Za-z._-]{0,15})?(?![0-9A-Za-z:])"
)
_MAC = re.compile(
    r"[0-9A-Fa-f](?<![0-9A-Za-z].)(?<![0-9A-Fa-f][:-].)[0-9A-Fa-f](?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5}"
    r"|[0-9A-Fa-f]{2}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})(?![0-9A-Za-z:-])"
)
_VERSION = re.compile(
    r"(?:version|ver\.?|software|firmware|release|build|版本号?|固件|v) ?[:=]? ?$", re.IGNORECASE
)


def network(document: Document) -> Iterator[Span]:
    """Addresses of the net; each pattern only where its own sign stands in the text."""
    text = document.text
    yield from mails(document)
    if "://" in text or "www." in document.lower:
        yield from _links(_URL, text, 1.0)
    if "/" in text and "." in text:
        yield from _links(_BARE_LINK, text, 0.7)
    if not document.has_digits and ":" not in text:
        return
    if "." in text:
        yield from _ipv4(text)
    if ":" in text or "-" in text or "." in text:
        yield from _matches(_MAC, text, t.MAC, 0.95)
    if text.count(":") > 1:
        yield from _ipv6(text)


def _matches(pattern: re.Pattern[str], text: str, kind: str, score: float) -> Iterator[Span]:
    for match in pattern.finditer(text):
        yield Span(match.start(), match.end(), kind, score, "shape")


def _links(pattern: re.Pattern[str], text: str, score: float) -> Iterator[Span]:
    for match in pattern.finditer(text):
        link = match[0].rstrip(_TRAILING)
        # A bracket that the sentence opened is not the link's.
        while link.endswith((")", "]")) and link.count(link[-1]) > link.count(
            "(" if link[-1] == ")" else "["
        ):
            link = link[:-1].rstrip(_TRAILING)
        if len(link) > 6:
            yield Span(match.start(), match.start() + len(link), t.URL, score, "shape")


def _ipv4(text: str) -> Iterator[Span]:
    for match in _IPV4.finditer(text):
        if int(match[0].partition(".")[0]) < 256 and not _VERSION.search(
            text, max(0, match.start() - 10), match.start()
        ):
            yield Span(match.start(), match.end(), t.IP, 0.95, "shape")


def _ipv6(text: str) -> Iterator[Span]:
    for match in _IPV6.finditer(text):
        # Seven colons, or a pair of them: all else is a time, a ratio, a scope operator.
        found = match[0] if match[0].endswith("::") else match[0].rstrip(":")
        start = match.start()
        if found[:1] == ":" and found[1:2] != ":":  # the sentence's colon
            found, start = found[1:], start + 1
        if found.count(":") < 2 or len(found) < 3:
            continue
        try:
            ipaddress.IPv6Address(found)
        except ValueError:
            continue
        yield Span(start, start + len(found), t.IP, 0.95, "shape")
