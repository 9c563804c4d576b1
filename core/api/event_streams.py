"""Puts the event streams, async views outside DRF, into the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.generators import SchemaGenerator

STREAMS = {
    "runs_events": (
        "/api/projects/{reference}/runs/{run_id}/events",
        "projects",
        {"reference": "Project id or name", "run_id": "Run id"},
    ),
    "deployments_events": (
        "/api/v1/deployments/{deployment_id}/events",
        "deployments",
        {"deployment_id": "Deployment id"},
    ),
}
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


def add_event_streams(
    result: dict[str, Any], generator: SchemaGenerator, request: Any, public: bool
) -> dict[str, Any]:
    """A drf-spectacular postprocessing hook."""
    for name, (path, tag, identifiers) in STREAMS.items():
        result["paths"][path] = _operation(name, tag, identifiers)
    return result


def _operation(name: str, tag: str, identifiers: dict[str, str]) -> dict[str, Any]:
    return {
        "get": {
            "operationId": name,
            "description": (
                "Server-sent events: `log` (`offset`, `next`, `text`; its id is the byte offset "
                "after the text), `status`, and `end` once it is over and its log sent."
            ),
            "tags": [tag],
            "parameters": [
                *(_parameter(key, "path", TEXT, words) for key, words in identifiers.items()),
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
                        ("404", "No such object"),
                    )
                },
            },
        }
    }
