"""Names, addresses and organisations in English text."""

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
    rf"(?:[-'’]{_CAPITALS}?{_LETTERS}{{1,20}}){{0,2}}"
)
_NAME_WORD = re.compile(rf"(?<![^\W_])(?<![@./_-]){_CAP}(?![^\W_])(?![@_])")
_INITIAL = re.compile(r"[A-Z]\.?(?= )")
_PARTICLE = {
    "de",
    "van",
    "von",
    "der",
    "den",
    "la",
    "le",
    "di",
    "da",
    "del",
    "bin",
    "al",
    "el",
    "ter",
    "dos",
    "du",
    "y",
    "ibn",
}
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
_SIGNING = re.compile(r"regards|best|thanks|sincerely|cheers", re.IGNORECASE)


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


def english_names(document: Document) -> Iterator[Span]:
    """Spans of names, without their titles (Dr. Jane Doe: Jane Doe)."""
    text = document.text
    words = [match.span() for match in _NAME_WORD.finditer(text)]
    starts = {start: index for index, (start, _end) in enumerate(words)}
    for match in _TITLE.finditer(text):
        index = starts.get(match.end())
        if index is not None and text[slice(*words[index])] not in _STOPS:
            start, end = _sequence(text, *words[index])
            yield Span(start, end, t.PERSON, 0.95, "title")
    yield from _cued(text, words, starts)
    yield from _listed(text, words)
    for match in _PINYIN_CAPITALS.finditer(text):
        name = f"{match[1].title()} {match[2]}"
        if match[1].title() in _LISTS["PINYIN_SURNAMES"] and _is_pinyin(name):
            yield Span(match.start(), match.end(), t.PERSON, 0.8, "lexicon")
    for match in _ALONE.finditer(text):
        if match[1] in _WORDS_TOO and _is_given(match[1]) and match[1] not in _LISTS["PLACES"]:
            yield Span(match.start(1), match.end(1), t.PERSON, 0.55, "neighbours")
    for match in _WITH_INITIAL.finditer(text):
        fits = len(match[1]) > 3 or _is_last(match[1])
        if fits and match[1] not in _STOPS and match[1] not in _AFTER_NAMES:
            yield Span(match.start(), match.end(), t.PERSON, 0.65, "lexicon")


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
        if _looks(text[start:end]) or pair or (signed and 2 <= count <= 4 and _is_alone(text, end)):
            yield Span(start, end, t.PERSON, 0.9 if signed else 0.8, "cue")


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


_AFTER_NAMES = _LISTS["AFTER_NAMES"]
_PINYIN_CAPITALS = re.compile(r"(?<![A-Za-z])([A-Z]{2,7}) ([A-Z][a-z]{1,12})(?![A-Za-z])")
# A name that is a word too, where people stand: with Mark, ask Hope.
_ALONE = re.compile(
    rf"(?<![A-Za-z])(?:[Ww]ith|told|[Tt]ell|[Aa]sk(?:ed)?|met|texted|emailed|[Cc]alled|[Dd]id|"
    rf"[Dd]oes|[Ll]et|saw|married|and|thanks,|[Hh]i|[Hh]ey|[Dd]ear) ({_CAP})(?![A-Za-z0-9@_]| [A-Z])"
)
_WITH_INITIAL = re.compile(rf"(?<![A-Za-z.])(?:[A-Z]\. ?){{1,2}}({_CAP})(?![A-Za-z0-9@_])")
_DOES = re.compile(
    r" (?:said|says|asked|told|seemed|drove|forgot|promised|called|wants|wanted|thinks|thought|came|"
    r"went|left|emailed|texted|replied|joined|moved|lives|works|never|just|already|also|and [A-Z])(?![a-z])"
)
# What follows persons more than things, where both words of a name are in no list.
_PERSON_FOLLOWS = re.compile(
    r" (?:said|says|asked|told|called|emailed|texted|wrote|replied|joined|works|worked|lives|lived|"
    r"moved|complained|reported|agreed|signed|confirmed|was born|is allergic|has been diagnosed|"
    r"presented|\((?:MRN|DOB|ID|aged|age|born|phone|tel|email|SSN))"
)


def _listed(text: str, words: list[tuple[int, int]]) -> Iterator[Span]:
    """Given names that lists know, with what follows; single ones only if they are no words."""
    skip = -1
    for index, (start, end) in enumerate(words):
        if start < skip:
            continue
        word = text[start:end]
        if word in _STOPS:
            continue
        begin, stop = _sequence(text, *words[index])
        whole = text[begin:stop]
        score = _list_score(
            word,
            whole,
            _PERSON_FOLLOWS.match(text, stop) is not None,
            _DOES.match(text, stop) is not None,
        )
        if score:
            skip = stop
            yield Span(begin, stop, t.PERSON, score, "lexicon")


def _list_score(word: str, whole: str, acts: bool, doing: bool) -> float:
    given = _is_given(word)
    parts = whole.split()
    if len(parts) > 1:
        last = parts[-1]
        if _is_pinyin(whole):
            return 0.75
        if given and (_is_last(last) or word not in _WORDS_TOO):
            return 0.85 if _is_last(last) else 0.75
        if _is_last(word) and _is_first(last) and word not in _WORDS_TOO:
            return 0.6
        if given and not _is_english(parts[1:]):
            return 0.6
        known = any(_is_last(part) for part in parts)
        return 0.55 if acts and (known or not _is_english(parts)) else 0.0
    if given and word not in _WORDS_TOO:
        return 0.65
    return 0.55 if given and doing and word not in _LISTS["PLACES"] else 0.0


def _is_english(parts: list[str]) -> bool:
    """Whether a word is one of everyday English, and no name."""
    return any(
        lists.band(part) > 3 and not _is_first(part) and not _is_last(part) for part in parts
    )


# Addresses ------------------------------------------------------------------------------------

_STREET_TYPES = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Ter|Way|Highway|Hwy|"
    r"Parkway|Pkwy|Close|Crescent|Cres|Row|Circle|Cir|Trail|Trl|Loop|Gardens|Grove|Hill|Mews|Walk|Quay|Wharf|Alley|Plaza|Green|Park)"
)
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|"
    "TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|ON|BC|QC|AB|NSW|VIC|QLD"
)
_POSTCODE = r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}"
_ROOM = (
    r"(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Room|Rm|#)\.? ?#?[0-9A-Z]{1,5}(?:-[0-9A-Z]{1,4})?"
)
_PLACE_WORD = r"[A-Z][A-Za-z'.-]{1,18}"
_ADDRESS = re.compile(
    rf"(?<![A-Za-z0-9.])(?:{_ROOM},? )?(?:No\. ?)?[0-9]{{1,5}}[A-Za-z]?(?:[-/][0-9]{{1,4}})?,? (?:(?:North|South|East|West|N|S|E|W|NE|NW|SE|SW)\.? )?"
    rf"(?:[A-Z0-9][A-Za-z0-9'.-]{{0,18}} ){{1,4}}?{_STREET_TYPES}\b\.?(?: (?:North|South|East|West|N|S|E|W|NE|NW|SE|SW)\b\.?)?"
    rf"(?:,? (?:{_ROOM}|[0-9]{{1,2}}(?:st|nd|rd|th) [Ff]loor))?"
    rf"(?:,? {_PLACE_WORD}(?: {_PLACE_WORD}){{0,2}}?(?=,| [A-Z]{{1,3}}[0-9]|\.? ?$|[;\n.]| (?:{_STATES}) [0-9]))?"
    rf"(?:,? (?:(?:{_STATES})\b(?:,? [0-9]{{5}}(?:-[0-9]{{4}})?)?|{_POSTCODE}|[0-9]{{5}}(?:-[0-9]{{4}})?)(?![0-9A-Za-z]))?"
    rf"(?:,? {_PLACE_WORD}(?: {_PLACE_WORD})?,? {_POSTCODE})?"
)
_PO_BOX = re.compile(
    r"(?<![A-Za-z])P\.? ?O\.? Box [0-9]{1,6}(?:, [A-Z][A-Za-z]{1,18}(?: [A-Z][A-Za-z]{1,18})?(?:,? [A-Z]{2} [0-9]{5})?)?"
)


def english_addresses(document: Document) -> Iterator[Span]:
    """House number, street, and what of flat, town, state and post code stands with them."""
    if not document.has_digits:
        return
    for pattern in (_ADDRESS, _PO_BOX):
        for match in pattern.finditer(document.text):
            end = match.end()
            while document.text[end - 1] in ", ":
                end -= 1
            if document.text[end - 1] == "." and not re.search(
                r"\b(?:St|Ave|Rd|Blvd|Ln|Dr|Ct|Pl|Sq)\.$", match[0]
            ):
                end -= 1
            yield Span(match.start(), end, t.ADDRESS, 0.85, "street")


# Organisations --------------------------------------------------------------------------------

_ORG_END = (
    r"(?:Incorporated|Inc|Corporation|Corp|Company|Co|LLC|LLP|Ltd|Limited|PLC|plc|GmbH|AG|Group|Holdings|Bank|University|College|"
    r"Hospital|Clinic|Medical Center|Medical Centre|Health Centre|Health Center|Institute|Foundation|Partners|Associates|Technologies|Technology|Systems|Labs|Laboratories|"
    r"Solutions|Consulting|Logistics|Insurance|Capital|Financial|Pharmaceuticals|Academy|High School|Elementary School|Primary School|School|"
    r"Credit Union|Trust|Airlines|Airways|Industries|Enterprises|Services|Ventures|Motors|Foods|Studios|Software|Networks|"
    r"Analytics|Robotics|Energy|Freight|Couriers|Infirmary|Surgery|Library|Council|Society|Association|Agency|Ministry|Dental|Pharmacy|Realty|Media|Interactive|Dynamics|Therapeutics|Biotech)"
)
_ORG_WORD = r"(?:[A-Z][A-Za-z0-9'’.&-]{0,24}|&|and|the)"
_ORG = re.compile(
    rf"(?<![A-Za-z0-9])[A-Z][A-Za-z0-9'’&-]{{0,24}}\.?(?: {_ORG_WORD}){{0,4}}?(?: {_ORG_END}|, (?:Inc|LLC|Ltd|Limited|Corp|GmbH|plc))(?![A-Za-z0-9-])(?:,? (?:Inc|LLC|Ltd|Corp|Co|plc|Group|Trust)(?![A-Za-z]))?(?: of [A-Z][a-z]+(?: [A-Z][a-z]+)?)?\.?"
)
_ORG_OF = re.compile(
    r"(?<![A-Za-z])(?:University|Bank|Institute|College|Ministry|Department|Royal Bank|Church|City) of (?:the )?[A-Z][A-Za-z]+(?:(?:,| at| and)? [A-Z][A-Za-z]+){0,3}"
)
_ORG_STARTS = _LISTS["NOT_ORG_STARTS"]


def english_organisations(document: Document) -> Iterator[Span]:
    """Words in capitals that end as organisations do (Inc, University, Hospital), or begin so."""
    for match in _ORG.finditer(document.text):
        yield from _trimmed(match.start(), match[0])
    for match in _ORG_OF.finditer(document.text):
        yield Span(match.start(), match.end(), t.ORGANIZATION, 0.8, "suffix")


def _trimmed(start: int, name: str) -> Iterator[Span]:
    """Without The, At, From ... in front, which only begin the sentence."""
    while True:
        first, blank, rest = name.partition(" ")
        if not blank:
            return
        if first.rstrip(",") not in _ORG_STARTS and first not in ("of", "and", "for", "&"):
            break
        start += len(first) + 1
        name = rest
    if not name.endswith((" Inc.", " Corp.", " Co.", " Ltd.")):
        name = name.rstrip(".")
    yield Span(start, start + len(name), t.ORGANIZATION, 0.85, "suffix")
