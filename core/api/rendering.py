"""The API's JSON, written by orjson; nothing to negotiate where there is one renderer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

_default = JSONEncoder().default
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


class FastJSONRenderer(JSONRenderer):
    """The same document as DRF's, several times faster."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Any = None,
    ) -> bytes:
        if data is None:
            return b""
        try:
            return orjson.dumps(data, _default, _OPTIONS)
        except TypeError:  # whole numbers beyond 64 bits, keys that are no text, lone surrogates
            return bytes(super().render(data, accepted_media_type, renderer_context))


class OnlyRenderer(DefaultContentNegotiation):
    """JSON for everybody, whatever they say they accept: a browser shows it as well.

    Views with several renderers negotiate as ever.
    """

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: Any = None
    ) -> tuple[BaseRenderer, str]:
        known = list(renderers)
        if len(known) == 1 and isinstance(known[0], FastJSONRenderer):
            return known[0], str(known[0].media_type)
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, known, format_suffix)
        return chosen
