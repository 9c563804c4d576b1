"""How much a policy wants found: each step finds all that the one before it does, and more."""

from __future__ import annotations

from enum import IntEnum


class Recall(IntEnum):
    """The step from which a find counts. A find of `PRECISE` is sure enough to count always."""

    PRECISE = 0  # as little as can be that is none: for texts that people go on reading
    BALANCED = 1  # as many names hidden for each wrong find as the recognisers can
    HIGH = 2  # as little as can be that is left: the gate before a training
