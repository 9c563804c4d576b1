"""Puts the event stream, an async view outside DRF, into the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.generators import SchemaGenerator

PATH = "/api/projects/{reference}/runs/{run_id}/events"
TEXT = {"type": "string"}
EVENT = {"type": "object", "properties": {"id": TEXT, "event": TEXT, "data": TEXT}}
WHOLE = {"type": "integer", "minimum": 0}


def _parameter(name: str, place: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": place,
        "schema": schema,
        "description": description,
        "required": place == "path",
    }


def add_event_stream(
    result: dict[str, Any], generator: SchemaGenerator, request: Any, public: bool
) -> dict[str, Any]:
    """A drf-spectacular postprocessing hook."""
    result["paths"][PATH] = {
        "get": {
            "operationId": "runs_events",
            "description": (
                "Server-sent events: `log` (`offset`, `next`, `text`; its id is the byte offset "
                "after the text), `status`, and `end` once the run is over and its log sent."
            ),
            "tags": ["projects"],
            "parameters": [
                _parameter("reference", "path", TEXT, "Project id or name"),
                _parameter("run_id", "path", TEXT, "Run id"),
                _parameter("offset", "query", WHOLE, "Begin at this byte of the log"),
                _parameter("tail", "query", WHOLE, "Begin this many bytes before the end"),
                _parameter("Last-Event-ID", "header", WHOLE, "Go on after this event"),
            ],
            "responses": {
                "200": {
                    "description": "The stream",
                    "content": {"text/event-stream": {"schema": EVENT}},
                },
                **{
                    status: {
                        "description": why,
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Error"}}
                        },
                    }
                    for status, why in (
                        ("400", "A start that is no number"),
                        ("401", "Nobody is logged in"),
                        ("403", "No role, or a token without the scope"),
                        ("404", "No such run"),
                    )
                },
            },
        }
    }
    return result
