"""Rules for names in Latin letters: what is said of them, and lists where no network reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.document import Document
from deid.engine.recognition.lexicon import blocks
from deid.engine.recognition.tagger_en import lists
from deid.engine.recognition.types import Span

_LISTS = {kind: frozenset(words) for kind, words in blocks("english.txt").items()}
_WORDS_TOO, _STOPS = _LISTS["WORDS_TOO"], _LISTS["NEVER"]
_LATIN = [chr(code) for code in (*range(0x41, 0x250), *range(0x1E00, 0x1F00))]
_LETTERS = f"[{''.join(filter(str.islower, _LATIN))}]"
_CAPITALS = f"[{''.join(filter(str.isupper, _LATIN))}]"
_CAP = (
    rf"(?:(?:Ma?c|De|Di|La|Le|Du|Van|Fitz|[ODL]['’])?{_CAPITALS}{_LETTERS}{{1,20}})"
    rf"(?:(?:-|['’](?!s(?![^\W_]))){_CAPITALS}?{_LETTERS}{{1,20}}){{0,2}}"  # its 's is not the name
)
_NAME_WORD = re.compile(rf"(?<![^\W_])(?<![@./_-]){_CAP}(?![^\W_])(?![@_])")
_INITIAL = re.compile(r"[A-Z]\.?(?= )")
_PARTICLE = {
    "de", "van", "von", "der", "den", "la", "le", "di", "da", "del", "bin", "al", "el", "ter", "dos",
    "du", "y", "ibn",
}  # fmt: skip
_TITLE = re.compile(
    r"(?<![A-Za-z])(?:Mrs|Mr|Ms|Miss|Mx|Dr|Prof|Professor|Doctor|Nurse|Sir|Madam|Lady|Lord|Judge|Officer|Captain|Rev|Father|"
    rf"Sister|Coach|Uncle|Aunt|Auntie|Detective|Sergeant|President|Senator|Justice|Attorney)\.? (?={_CAPITALS})"
)
_CUE = re.compile(
    r"(?<![A-Za-z])(?:name on card|full name|first name|last name|surname|name|patient|customer|client|employee|applicant|candidate|tenant|"
    r"landlord|borrower|insured|policyholder|cardholder|account holder|beneficiary|recipient|sender|consignee|attn|attention|"
    r"contact person|contact|emergency contact|next of kin|signed|signed by|prepared by|approved by|reviewed by|manager|agent|"
    r"supervisor|doctor|physician|driver|author|from|to|cc|dear|hi|hello|hey|regards|best|thanks|sincerely|cheers|"
    r"my name is|my name's|name is|i am|i'm|this is|called|named|speaking with|spoke with|spoke to|ask for|met with|"
    r"referred by|assigned to|reported by|owner|caller|guest|passenger|witness|mother|father|wife|husband|son|daughter|"
    r"brother|sister|colleague|friend|teacher|student|guardian|spouse|married to|interviewer|referee|references?|between|claimant|defendant|plaintiff|under|talking to|and)"
    r"(?P<sign>[\"']?(?: ?[:=,] ?|\t| ?\n+|,\n+| is | was |'s | )[\"']?)", re.IGNORECASE
)  # fmt: skip


def _is_first(word: str) -> bool:
    """A given name of English, German, French, Spanish, Italian and Indian lists, or of ours."""
    return len(word) > 1 and lists.has(word, "first_common")


def _is_last(word: str) -> bool:
    return len(word) > 1 and lists.has(word, "last_common")


_INITIALS = "b|p|m|f|d|t|n|l|g|k|h|j|q|x|zh|ch|sh|r|z|c|s|y|w"
_PINYIN = re.compile(
    rf"(?:(?:{_INITIALS})?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|an|ao|ai|ei|en|er|ou|ia|ie|in|iu|ua|ue|ui|un|uo|a|e|i|o|u)){{1,2}}",
    re.IGNORECASE,
)
_AFTER_NAMES = _LISTS["AFTER_NAMES"]
_NOT_FIRST = _STOPS | {"and", "&"}
_LEGAL = re.compile(
    rf"(?<![^\W_])(?:(?:{_CAPITALS}[\w'’&.-]{{0,24}}|&) ){{0,3}}{_CAPITALS}[\w'’&-]{{0,24}},? "
    r"(?:Inc|LLC|L\.L\.C|Ltd|Limited|Corp|Corporation|GmbH|PLC|plc|LLP|S\.A|S\.p\.A|SpA|B\.V|Oyj?|ApS|Sarl|SARL|"
    r"Pty Ltd|Pvt\.? Ltd|Sdn Bhd)(?![^\W_])"
)
_PINYIN_CAPITALS = re.compile(r"(?<![A-Za-z])([A-Z]{2,7}) ([A-Z][a-z]{1,12})(?![A-Za-z])")


def english_names(document: Document) -> Iterator[Span]:
    """Names by their titles (Dr. Jane Doe: Jane Doe), by cues, and WANG Xiaoming by its capitals."""
    text = document.text
    words = [match.span() for match in _NAME_WORD.finditer(text)]
    starts = {start: index for index, (start, _end) in enumerate(words)}
    for match in _TITLE.finditer(text):
        index = starts.get(match.end())
        if index is not None and text[slice(*words[index])] not in _STOPS:
            start, end = _sequence(text, *words[index])
            yield Span(start, end, t.PERSON, 0.95, "title")
    yield from _cued(text, words, starts)
    for match in _PINYIN_CAPITALS.finditer(text):
        name = f"{match[1].title()} {match[2]}"
        if match[1].title() in _LISTS["PINYIN_SURNAMES"] and _is_pinyin(name):
            yield Span(match.start(), match.end(), t.PERSON, 0.8, "lexicon")


def legal_persons(document: Document) -> Iterator[Span]:
    """Organisations by the end that the law gives them: Brandt Maschinenbau GmbH."""
    for match in _LEGAL.finditer(document.text):
        start, name = match.start(), match[0]
        while name.partition(" ")[0].rstrip(",") in _NOT_FIRST:  # begins the sentence only
            start, name = start + len(name) - len(name.partition(" ")[2]), name.partition(" ")[2]
        if " " in name:
            yield Span(start, match.end(), t.ORGANIZATION, 0.9, "suffix")


def is_lone_word(text: str) -> bool:
    """Whether a text is one everyday word and no more (Context, Grace, May): nobody's name then."""
    word = text.strip()
    return word.isalpha() and (word in _WORDS_TOO or (lists.band(word) > 1 and not _looks(word)))


def listed_names(document: Document) -> Iterator[Span]:
    """Given names that lists know, with what follows: for the lone words of a Chinese text."""
    text, behind = document.text, -1
    for match in _NAME_WORD.finditer(text):
        word = match[0]
        if match.start() < behind or word in _STOPS or word in _WORDS_TOO or not _is_given(word):
            continue
        start, behind = _sequence(text, *match.span())
        alone = " " not in text[start:behind]
        yield Span(start, behind, t.PERSON, 0.65 if alone else 0.75, "lexicon")


def _cued(text: str, words: list[tuple[int, int]], starts: dict[int, int]) -> Iterator[Span]:
    for match in _CUE.finditer(text):
        index = starts.get(match.end())
        if index is None:
            continue
        word = text[slice(*words[index])]
        signed = any(one in match["sign"] for one in ":=,\n\t")
        start, end = _sequence(text, *words[index])
        alone = " " not in text[start:end]
        if word in _STOPS or (word in _WORDS_TOO and alone and not signed):
            continue
        count = text[start:end].count(" ") + 1
        parts = text[start:end].split()
        pair = count == 2 and not _is_english(parts) and parts[1] not in _AFTER_NAMES
        known = _looks(text[start:end])
        if known or pair or (signed and 2 <= count <= 4 and _is_alone(text, end)):
            yield Span(start, end, t.PERSON, 0.9 if signed and known else 0.8, "cue")


def _is_alone(text: str, end: int) -> bool:
    return not text[end : end + 1].strip() or text[end] in ",.;:|\"')]}/"


def _looks(name: str) -> bool:
    """Whether a word of it is known as a name."""
    return _is_pinyin(name) or any(_is_given(word) or _is_last(word) for word in name.split())


def _is_given(word: str) -> bool:
    """A given name, or one that begins as one: Jean-Pierre."""
    return _is_first(word) or ("-" in word and _is_first(word.partition("-")[0]))


def _is_pinyin(name: str) -> bool:
    parts = name.split()
    surnames = _LISTS["PINYIN_SURNAMES"]
    if len(parts) != 2 or not all(_PINYIN.fullmatch(part.replace("-", "")) for part in parts):
        return False
    return parts[0] in surnames or parts[1] in surnames


def _sequence(text: str, start: int, end: int) -> tuple[int, int]:
    """A name's words in a row behind its first: capitals, initials, particles; at most four."""
    for _ in range(3):
        following = _next(text, end)
        if following is None:
            break
        end = following
    return start, end


def _next(text: str, end: int) -> int | None:
    """The end of the next word of the name that begins one blank on, over initials, particles."""
    place = end
    for _ in range(3):
        if text[place : place + 1] != " ":
            return None
        rest = text[place + 1 : place + 26]
        word = re.match(r"[A-Za-z]+", rest)
        initial = re.match(r"[A-Z]\. ?(?=[A-Z])|[A-Z] (?=[A-Z][a-z])", rest)
        capital = _NAME_WORD.match(text, place + 1)
        if capital and capital[0] not in _STOPS and capital[0] not in _AFTER_NAMES:
            return capital.end()
        if initial:
            place += 1 + len(initial[0].rstrip())
        elif word and word[0] in _PARTICLE:
            place += 1 + len(word[0])
        else:
            return None
    return None


def _is_english(parts: list[str]) -> bool:
    """Whether a word is one of everyday English, and no name."""
    return any(
        lists.band(part) > 3 and not _is_first(part) and not _is_last(part) for part in parts
    )
