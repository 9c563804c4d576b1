"""A Chinese text cut into words, with what the rules ask about it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from deid.engine.recognition.document import Document
from deid.engine.recognition.folding import CJK
from deid.engine.recognition.lac.tagger import Word, tagger

# Pictures end sentences too: the network has not seen them.
_PICTURES = "\u2600-\u27bf\U0001f000-\U0001faff\ufe0f\u200d"
_SENTENCE = re.compile(rf"[^。！？!?；;\n#*|{_PICTURES}]+[。！？!?；;\n]*")
_COMMA = re.compile(r"[，,、\s]")
LONGEST = 120  # characters that go through the network in one piece
WINDOW = 200  # of a line, on each side of a place: so much tells what it is
SHORT = 40  # a line of fewer characters is no running text
# 姓名：高兴, 小王：在吗; but neither 12:30 nor 他说：“...
_FORM = re.compile(r'[|{【]|":|(?<![0-9"]):(?![0-9"/])')
OVERLAP = 12  # of two such pieces where no comma divides them
HAN = r"[\u3400-\u9fff]"


class ChineseText:
    """A document with its words, in order; stretches without Chinese have none."""

    def __init__(
        self, document: Document, words: Sequence[Word], guesses: Sequence[tuple[int, int]] = ()
    ) -> None:
        self.document = document
        self.text = document.text
        self.words = list(words)
        self.guesses = guesses  # (start, end) of persons, perhaps
        self.starts = [word.start for word in self.words]
        self._edges = set(self.starts) | {word.end for word in self.words}

    def of(self, word: Word) -> str:
        return self.text[word.start : word.end]

    def index_at(self, place: int) -> int:
        """The number of the word that holds the place; -1 before the first."""
        return bisect_right(self.starts, place) - 1

    def word_at(self, place: int) -> Word | None:
        index = self.index_at(place)
        if index < 0 or self.words[index].end <= place:
            return None
        return self.words[index]

    def is_edge(self, place: int) -> bool:
        """Whether a word begins or ends here."""
        return place in self._edges or place in (0, len(self.text))

    def words_between(self, start: int, end: int) -> list[Word]:
        """The words from the one that holds `start` to the last that begins before `end`."""
        first = max(self.index_at(start), 0)
        return self.words[first : bisect_left(self.starts, end, first)]

    def is_prose_at(self, place: int) -> bool:
        """Whether the line is running text: long, and without the signs of forms and chats."""
        first, last = max(0, place - WINDOW), min(len(self.text), place + WINDOW)
        start = self.text.rfind("\n", first, place) + 1 or first
        end = self.text.find("\n", place, last)
        end = last if end < 0 else end
        return end - start >= SHORT and not _FORM.search(self.text, start, end)


def read_all(documents: Sequence[Document]) -> list[ChineseText]:
    """Tags all documents in one go: pieces of like length go through the network together."""
    pieces: list[tuple[int, int, str]] = []
    for number, document in enumerate(documents):
        if document.has_cjk:
            pieces += [(number, start, text) for start, text in sentences(document.text)]
    tagged = tagger().tag([text for _number, _start, text in pieces]) if pieces else []
    words: list[list[Word]] = [[] for _ in documents]
    guesses: list[list[tuple[int, int]]] = [[] for _ in documents]
    for (number, start, text), reading in zip(pieces, tagged, strict=True):
        _join(words[number], [one.moved(start) for one in reading.words], text)
        guesses[number] += [(begin + start, end + start) for begin, end in reading.guesses]
    return [ChineseText(*one) for one in zip(documents, words, guesses, strict=True)]


def _join(words: list[Word], more: list[Word], text: str) -> None:
    """Adds a piece's words. What two pieces share is cut in its middle."""
    if len(text) > OVERLAP and words and more and words[-1].end > more[0].start:
        middle = more[0].start + OVERLAP // 2
        while words and words[-1].end > middle:
            words.pop()
    reached = words[-1].end if words else 0
    words += [word for word in more if word.start >= reached]


def sentences(text: str) -> list[tuple[int, str]]:
    """(start, piece) of whatever has Chinese in it, none longer than LONGEST."""
    found = []
    for match in _SENTENCE.finditer(text):
        start = match.start()
        while start < match.end():
            end, following = _piece_end(text, start, match.end())
            if CJK.search(text, start, end):
                found.append((start, text[start:end]))
            start = following
    return found


def _piece_end(text: str, start: int, end: int) -> tuple[int, int]:
    """The end of the sentence, or of its last clause that is short enough; and the next's start.

    Where nothing divides it, as in long lists of names, the next repeats the last characters: no
    name is cut in two.
    """
    if end - start <= LONGEST:
        return end, end
    clauses = [match.end() for match in _COMMA.finditer(text, start, start + LONGEST)]
    if clauses:
        return clauses[-1], clauses[-1]
    return start + LONGEST, start + LONGEST - OVERLAP
