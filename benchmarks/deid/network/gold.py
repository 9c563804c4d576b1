"""Sentences that people have labelled, and which part each serves: training, choosing, or the end.

The data lies in a folder of the caller's (see docs/deid.md); nothing is downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

Span = tuple[int, int, str]
Text = tuple[str, list[Span]]
_KINDS = {
    "PER": "PERSON",
    "person": "PERSON",
    "ORG": "ORG",
    "corporation": "ORG",
    "LOC": "LOC",
    "location": "LOC",
}
_GLUED = re.compile(r"[.,!?;:%)\]}]$|'(?:s|re|m|ll|ve|d|t)$|n't$|…$")
TUNING, HELD_OUT, TRAINING = "tuning", "held-out", "training"


def gold(folder: Path) -> dict[str, dict[str, list[Text]]]:
    """Texts by part and by set. Parts are of whole documents; of tweets BTC's section h is aside."""
    found: dict[str, dict[str, list[Text]]] = {TRAINING: {}, TUNING: {}, HELD_OUT: {}}
    for document, text in uner(folder / "uner_en_ewt_dev.iob2"):
        share = crc32(document.encode()) % 6
        part = HELD_OUT if share < 2 else TUNING if share == 2 else TRAINING
        found[part].setdefault("ewt", []).append(text)
    for path in sorted(folder.glob("btc_*.conll")):
        part = HELD_OUT if path.stem == "btc_h" else TUNING if path.stem == "btc_e" else TRAINING
        found[part].setdefault("btc", []).extend(tweets(path))
    found[TRAINING]["wnut"] = list(tweets(folder / "wnut17_train.conll"))
    return found


def uner(path: Path) -> Iterator[tuple[str, Text]]:
    """Documents' names with their sentences, as written; offsets by looking for each token."""
    for block in path.read_text("utf-8").split("\n\n"):
        lines = block.splitlines()
        said = dict(
            line[2:].split(" = ", 1) for line in lines if line.startswith("# ") and " = " in line
        )
        cells = [line.split("\t") for line in lines if line and not line.startswith("#")]
        if cells and "text" in said:
            yield said["sent_id"].rpartition("-")[0], (said["text"], _spans(said["text"], cells))


def _spans(text: str, cells: list[list[str]]) -> list[Span]:
    spans: list[Span] = []
    at, going = 0, False
    for _number, word, tag, *_rest in cells:
        place = text.find(word, at)
        if place < 0:
            going = False
            continue
        at = place + len(word)
        if tag[0] == "B" or (tag[0] == "I" and not going):
            spans.append((place, at, _KINDS.get(tag[2:], "")))
        elif tag[0] == "I":
            spans[-1] = (spans[-1][0], at, spans[-1][2])
        going = tag[0] in "BI"
    return [span for span in spans if span[2]]


def tweets(path: Path) -> Iterator[Text]:
    """Tokens put together again; names of users (@) are no names."""
    for block in re.split(r"\n\s*\n", path.read_text("utf-8", errors="replace")):
        text, spans, going = "", [], False
        for line in block.splitlines():
            word, _, tag = line.partition("\t")
            tag = tag.strip() or "O"
            if text and not _GLUED.match(word) and text[-1] not in "([{@#$":
                text += " "
            start = len(text)
            text += word
            if tag[0] == "B":
                spans.append((start, len(text), _KINDS.get(tag[2:], "")))
            elif tag[0] == "I" and going:
                spans[-1] = (spans[-1][0], len(text), spans[-1][2])
            going = tag[0] in "BI"
        if len(text) > 3:
            yield text, [span for span in spans if span[2] and not _is_handle(text, span)]


def _is_handle(text: str, span: Span) -> bool:
    return text[span[0]] == "@" or text[max(0, span[0] - 2) : span[0]].strip()[-1:] in ("@", "#")
