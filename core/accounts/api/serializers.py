"""JSON shapes of accounts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.accounts.models import ApiToken, AuditEntry, Scope
from core.accounts.ownership import Visibility
from core.api.fields import TextField, UTCDateTimeField


class MeSerializer(serializers.Serializer[Any]):
    username = serializers.CharField()
    role = serializers.ChoiceField(
        choices=["none", "viewer", "data scientist", "operator", "admin"]
    )
    teams = serializers.ListField(child=serializers.CharField())
    auth = serializers.ChoiceField(choices=["open", "required"], help_text="The platform's mode")


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    """What is known of a token; its text is not stored."""

    scopes = serializers.ListField(child=serializers.CharField())
    created_at = UTCDateTimeField(source="created")
    expires_at = UTCDateTimeField(source="expiry", allow_null=True)
    last_used_at = UTCDateTimeField(allow_null=True)
    made_by = serializers.CharField(
        source="parent_id", allow_null=True, help_text="Id of the token that made it; null: none"
    )

    class Meta:
        model = ApiToken
        fields = [
            "id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at", "made_by",
        ]  # fmt: skip


class TokenCreateSerializer(serializers.Serializer[Any]):
    name = TextField(max_length=100)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices), allow_empty=False
    )
    days = serializers.IntegerField(
        required=False, allow_null=True, default=90, min_value=1, max_value=3650,
        help_text="Days until it expires; null: never",
    )  # fmt: skip


class TokenMadeSerializer(TokenSerializer):
    """The answer to making one: the only time that its text is told."""

    token = serializers.CharField()

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "token"]


class TokenRevokedSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    status = serializers.CharField()


class SharingSerializer(serializers.Serializer[Any]):
    """Who sees an object."""

    visibility = serializers.ChoiceField(choices=Visibility.choices)
    team = TextField(required=False, allow_null=True, allow_blank=True, max_length=150)


class SharedSerializer(serializers.Serializer[Any]):
    """An object's owner and who sees it."""

    owner = serializers.CharField(source="owner.username", default=None, allow_null=True)
    visibility = serializers.CharField()
    team = serializers.CharField(source="team.name", default=None, allow_null=True)


class AuditEntrySerializer(serializers.ModelSerializer[AuditEntry]):
    at = UTCDateTimeField()
    changes = serializers.JSONField(help_text="{field: [before, after]}")

    class Meta:
        model = AuditEntry
        fields = [
            "id", "at", "username", "via", "address", "action", "refused", "object_type",
            "object_id", "object_name", "changes",
        ]  # fmt: skip
