"""REST endpoints of accounts: who am I, tokens, the audit trail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.accounts import tokens, trail
from core.accounts.actor import actor_of
from core.accounts.api.serializers import (
    AuditEntrySerializer,
    MeSerializer,
    SharedSerializer,
    SharingSerializer,
    TokenCreateSerializer,
    TokenMadeSerializer,
    TokenRevokedSerializer,
    TokenSerializer,
)
from core.accounts.ownership import sharing_set
from core.accounts.roles import ROLE_GROUPS
from core.api.fields import TextField
from core.api.pages import linked
from core.api.schema import errors
from core.api.validation import validated
from core.identifiers import as_uuid
from core.pages.keyset import Order, Slice

EXAMPLE = OpenApiExample(
    "A token for training", value={"name": "ci", "scopes": ["read", "train"], "days": 30},
    request_only=True,
)  # fmt: skip


class MeView(APIView):
    @extend_schema(operation_id="me", responses={200: MeSerializer, **errors(401, 403)})
    def get(self, request: Request) -> Response:
        """Whom this request acts as."""
        actor = actor_of(request)
        teams = actor.user.groups.exclude(name__in=ROLE_GROUPS).values_list("name", flat=True)
        me = {
            "username": actor.user.username,
            "role": actor.role.group,
            "teams": list(teams),
            "auth": settings.PLATFORM_AUTH,
        }
        return Response(MeSerializer(me).data)


class TokensView(APIView):
    scope = "tokens"
    limit = "token"

    @extend_schema(
        operation_id="tokens_list",
        responses={200: TokenSerializer(many=True), **errors(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """One's own tokens, newest first."""
        return Response(TokenSerializer(tokens.token_list(actor_of(request)), many=True).data)

    @extend_schema(
        operation_id="tokens_create",
        request=TokenCreateSerializer,
        responses={201: TokenMadeSerializer, **errors(400, 401, 403, 422, 429)},
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Make a token; its text is in this answer and never again.

        One that a token makes may do no more, ends no later, and is revoked with its maker.
        """
        values = validated(TokenCreateSerializer(data=request.data))
        made, text = tokens.token_create(actor=actor_of(request), **values)
        made.token = text  # type: ignore[attr-defined]
        answer = Response(TokenMadeSerializer(made).data, status=201)
        answer["Cache-Control"] = "no-store"
        return answer


class TokenView(APIView):
    scope = "tokens"

    @extend_schema(
        operation_id="tokens_revoke",
        responses={200: TokenRevokedSerializer, **errors(401, 403, 404)},
    )
    def delete(self, request: Request, token_id: str) -> Response:
        """Revoke a token: it, and what it has made, is refused from now on."""
        tokens.token_revoke(actor=actor_of(request), token_id=as_uuid(token_id))
        return Response({"id": token_id, "status": "revoked"})


class AuditQuerySerializer(serializers.Serializer[Any]):
    user = TextField(required=False, max_length=150)
    action = TextField(required=False, max_length=64)
    text = TextField(required=False, max_length=255)
    refused = serializers.BooleanField(required=False, allow_null=True, default=None)
    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)
    before = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    limit = serializers.IntegerField(required=False, default=100, min_value=1, max_value=1000)


class AuditView(APIView):
    scope = "read"

    @extend_schema(
        operation_id="audit_list",
        parameters=[
            OpenApiParameter("user", str, description="Exact user name"),
            OpenApiParameter("action", str, description="An action or its beginning"),
            OpenApiParameter("text", str, description="Part of an object's name; id; address"),
            OpenApiParameter("refused", bool),
            OpenApiParameter("since", str, description="ISO 8601"),
            OpenApiParameter("until", str, description="ISO 8601"),
            OpenApiParameter("before", int, description="Entries older than this id"),
            OpenApiParameter("limit", int, description="1 to 1000, by default 100"),
        ],
        responses={200: AuditEntrySerializer(many=True), **errors(401, 403, 422)},
    )
    def get(self, request: Request) -> Response:
        """The audit trail, newest first; for operators and admins.

        The header `Link` (rel="next") says where it goes on. A search that no index helps with
        looks through 20,000 entries a call: it may answer fewer than `limit` and still go on.
        """
        actor_of(request).require("accounts.view_auditentry")
        query = {key: value for key, value in request.query_params.items() if value != ""}
        values = validated(AuditQuerySerializer(data=query))
        before, limit = values.pop("before", None), values.pop("limit")
        sought = trail.entry_list(**values)
        order = Order(sought.rows)
        key = trail.key_before(before) if before else None
        found = Slice(order, sought.rows, key, sought.fits, limit)
        answer = Response(AuditEntrySerializer(found.rows, many=True).data)
        return linked(answer, request, before=found.next[-1] if found.next else None)


def share(request: Request, obj: Any) -> Response:
    """The body of every object's `…/sharing` endpoint."""
    values = validated(SharingSerializer(data=request.data))
    sharing_set(
        actor=actor_of(request),
        obj=obj,
        visibility=values["visibility"],
        team=values.get("team") or None,
    )
    return Response(SharedSerializer(obj).data)
