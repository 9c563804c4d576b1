"""Texts through the network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deid.engine.recognition.tagger_en import lists
from deid.engine.recognition.tagger_en.features import Features, Token, nothing, pieces, tokens

if TYPE_CHECKING:
    from deid.engine.recognition.tagger_en.network import Network
    from deid.engine.recognition.tagger_en.reading import Reading

WEIGHTS = Path(__file__).parent / "names_q8.onnx"
Stretches = Sequence[tuple[int, int]]


class Tagger:
    """Its lists and its network are read with the first text."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._weights = weights

    @cached_property
    def network(self) -> Network:
        """Loaded in the process that asks it: threads of its runtime do not live through a fork."""
        from deid.engine.recognition.tagger_en.network import Network

        return Network(self._weights)

    @cached_property
    def _features(self) -> Features:
        return Features(lists.words())

    def read(self, texts: Sequence[tuple[str, Stretches]]) -> list[Reading | None]:
        """Each text, of which these stretches are to be read; those without any stay unread."""
        from deid.engine.recognition.tagger_en.reading import Reading

        inside: list[Any] = []
        found: list[tuple[list[Token], int]] = []  # of each text: tokens, and where its pieces end
        for text, stretches in texts:
            words: list[Token] = []
            for start, end in stretches:
                own = tokens(text, start, end)
                rows = self._features.of(text, own)
                inside += [
                    rows[begin:stop] if _has_words(own[begin:stop], text) else stop - begin
                    for begin, stop in pieces(text, own)
                ]
                words += own
            found.append((words, len(inside)))
        labels = self._labels(inside)
        begins = [0, *(end for _words, end in found)]
        return [
            Reading(text, words, labels[begin:end]) if words else None
            for (text, _stretches), (words, end), begin in zip(texts, found, begins, strict=False)
        ]

    def _labels(self, inside: Sequence[Any]) -> list[Any]:
        """Of each piece; of what has no words (only its size) that nothing is in it."""
        asked = [piece for piece in inside if not isinstance(piece, int)]
        found = iter(self.network.probabilities(asked) if asked else ())
        return [nothing(piece) if isinstance(piece, int) else next(found) for piece in inside]


def _has_words(found: Sequence[Token], text: str) -> bool:
    return any(end - start > 1 and text[start].isalpha() for start, end in found)


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    """The one of this process."""
    return Tagger()
