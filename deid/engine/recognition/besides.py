"""What an operator has look for personal data beside the platform's recognisers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deid.engine.recognition.own.registry import Offer, registered
from deid.engine.recognition.plugged import reader_of
from deid.engine.recognition.types import Span


@dataclass(frozen=True)
class Besides:
    """`model` is a reference (see plugged.py), `recognizers` the content of a file, as JSON."""

    model: str = ""
    recognizers: str = ""

    @property
    def offers(self) -> Mapping[str, Offer]:
        """The recognisers that policies may ask, by name. Raises RecognizerError."""
        return registered(self.recognizers).offers if self.recognizers else {}

    def read(self, texts: Sequence[str], names: Collection[str]) -> list[list[Span]]:
        """What the model finds in each text, and the recognisers of these names.

        Raises ModelError, RecognizerError: who cannot be asked has not found nothing.
        """
        found: list[list[Span]] = [[] for _ in texts]
        for more in self._finds(texts, names):
            for spans, own in zip(found, more, strict=True):
                spans += own
        return found

    def _finds(self, texts: Sequence[str], names: Collection[str]) -> Iterator[list[list[Span]]]:
        if self.model:
            yield reader_of(self.model)(texts)
        if names:
            yield registered(self.recognizers).find(texts, names)


NOTHING = Besides()
