"""E-mail addresses: of any alphabet, quoted, and as people write them to hide them from machines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.document import Document
from deid.engine.recognition.types import Span

_LETTERS = r"0-9A-Za-z\u00aa-\u02af\u0370-\u1fff"  # of all alphabets; Chinese comes glued to words
_HAN = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_TOP = (
    r"(?:[A-Za-z]{2,18}(?![A-Za-z0-9_-])|xn--[A-Za-z0-9-]{2,30}|[\u00aa-\u02af\u0370-\u1fff]{2,12}"
    r"|中国|中國|公司|网络|網絡|香港|台湾|台灣|新加坡|在线|中文网|集团|网址|商城|手机|政务|公益|移动|信息|企业|网店|我爱你|한국|コム|みんな)"
)
_LABELS = rf"(?:[{_LETTERS}{_HAN}](?:[{_LETTERS}{_HAN}-]{{0,61}}[{_LETTERS}{_HAN}])?\.){{1,6}}"
# Everything hangs on the sign: the domain is read behind it, the local part before it.
_DOMAIN = re.compile(_LABELS + _TOP)
_LITERAL = re.compile(r"\[(?:[0-9]{1,3}\.){3}[0-9]{1,3}\]")
_LOCAL = re.compile(
    # Not all that RFC 5322 allows: = and / and & are more often those of a link or a form.
    rf"(?:[{_LETTERS}_+%][{_LETTERS}.%'+_-]{{0,62}}[{_LETTERS}_+-]|[{_LETTERS}_+]|\"[^\"\n@]{{1,62}}\")$"
)
_LOCAL_HAN = re.compile(rf"[{_HAN}]{{1,10}}[0-9A-Za-z._-]{{0,20}}$")
_LEADING = re.compile(r".*(?:邮箱|邮件|信箱|地址|郵箱|是|为|给|到|至|发|寄|向|抄送|联系)")
_SIGN = re.compile(r"@| ?[\[(] ?(?:at|AT|@) ?[\])] ?")
_REACH = 64
# "name at example dot com", "name(at)example.com"
_DOT = r"(?: ?[\[(] ?(?:dot|\.) ?[\])] ?| dot |\.)"
_SPOKEN_DOMAIN = re.compile(
    rf"[A-Za-z0-9-]{{1,63}}(?:{_DOT}[A-Za-z0-9-]{{1,63}}){{0,3}}{_DOT}[A-Za-z]{{2,18}}(?![A-Za-z0-9_-])",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"(?<![A-Za-z0-9._%+-])([A-Za-z0-9][A-Za-z0-9._+-]{0,40}) at ([A-Za-z0-9-]{1,63}(?: dot [A-Za-z0-9-]{1,63}){0,2} dot (?:com|net|org|edu|gov|io|co|cn|de|fr|es|it|uk|eu|me|info))(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def mails(document: Document) -> Iterator[Span]:
    """Whole addresses, without the punctuation of the sentence."""
    text = document.text
    if "@" in text or "(" in text or "[" in text:
        for sign in _SIGN.finditer(text):
            yield from _around(document, sign.start(), sign.end())
    if " dot " in document.lower:
        yield from _spoken(document)


def _around(document: Document, at: int, after: int) -> Iterator[Span]:
    text = document.text
    domain = _DOMAIN.match(text, after) or _LITERAL.match(text, after)
    if domain is None and after > at + 1:
        domain = _SPOKEN_DOMAIN.match(text, after)
    if domain is None or text[domain.end() : domain.end() + 1] in ("@", "_"):
        return
    before = text[max(0, at - _REACH) : at]
    local = _LOCAL.search(before)
    if local is not None:
        yield Span(at - len(local[0]), domain.end(), t.EMAIL, 1.0, "shape")
        return
    local = _LOCAL_HAN.search(before)
    if local is not None:
        start = at - len(_without_words(local[0]))
        if start < at:
            yield Span(start, domain.end(), t.EMAIL, 0.9, "shape")


def _without_words(local: str) -> str:
    """Chinese is not divided by blanks: 请发到张三@公司.中国 begins with 张."""
    leading = _LEADING.match(local)
    return local[leading.end() :] if leading else local


def _spoken(document: Document) -> Iterator[Span]:
    for match in _SPOKEN.finditer(document.text):
        named = any(one in "._-+" or one.isdigit() for one in match[1])
        called = document.field_kind == t.EMAIL or document.cues.near(match.start(), (t.EMAIL,), 24)
        if named or called:
            yield Span(match.start(), match.end(), t.EMAIL, 0.85, "shape")
