"""JSON shapes of de-identification, as the contract has them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.fields import JSONObjectField, TextField, UTCDateTimeField
from deid.engine.formats.texts import FORMATS
from deid.engine.recognition import types as t
from deid.models import DeidPolicy, PolicyVersion

LOCALES = ["zh-CN", "zh", "en-US", "en"]
MAX_TEXTS = 10_000


class TextsField(serializers.ListField):
    """The texts as they are: blanks at their ends and empty ones count."""

    def __init__(self, **kwargs: Any) -> None:
        child = TextField(allow_blank=True, trim_whitespace=False)
        super().__init__(child=child, max_length=MAX_TEXTS, **kwargs)


class OptionsSerializer(serializers.Serializer[Any]):
    locale = serializers.ChoiceField(choices=LOCALES, required=False, allow_null=True)
    format = serializers.ChoiceField(choices=list(FORMATS), required=False, default="text")
    return_mapping = serializers.BooleanField(required=False, default=False)
    consistent = serializers.BooleanField(
        required=False,
        default=False,
        help_text="A name that one text gives surely is looked for in the others too.",
    )
    seed = serializers.IntegerField(
        required=False, allow_null=True, min_value=-(10**18), max_value=10**18
    )


class DeidentifySerializer(serializers.Serializer[Any]):
    policy_id = TextField(required=False, allow_null=True, allow_blank=True, max_length=64)
    policy_version = TextField(required=False, allow_null=True, allow_blank=True, max_length=32)
    text = TextsField()
    options = OptionsSerializer(required=False, allow_null=True)


class EntitySerializer(serializers.Serializer[Any]):
    text_index = serializers.IntegerField()
    start = serializers.IntegerField(help_text="In code points of the text that was sent.")
    end = serializers.IntegerField()
    type = serializers.CharField(
        help_text=f"{', '.join(t.ALL)}, or what a recogniser of the operator's looks for."
    )
    original = serializers.CharField()
    replacement = serializers.CharField()
    score = serializers.FloatField()


class DeidentifiedSerializer(serializers.Serializer[Any]):
    deidentified = serializers.ListField(child=serializers.CharField())
    policy_version = serializers.CharField()
    mapping = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()),
        required=False,
        help_text="One pair an original, in order of first appearance.",
    )
    entities = EntitySerializer(many=True, required=False)


class RestoreSerializer(serializers.Serializer[Any]):
    policy_id = TextField(max_length=64)
    text = TextsField()


class RestoredSerializer(serializers.Serializer[Any]):
    text = serializers.ListField(child=serializers.CharField())


class PolicyVersionSerializer(serializers.ModelSerializer[PolicyVersion]):
    version = serializers.CharField(source="name")
    created_at = UTCDateTimeField()
    content = serializers.DictField()
    approved = serializers.BooleanField(
        source="is_approved",
        help_text="Whether what it calls clean, or leaves, passes the gate before training.",
    )
    approved_at = UTCDateTimeField(allow_null=True)
    approved_by = serializers.CharField(
        source="approved_by.username", default=None, allow_null=True
    )

    class Meta:
        model = PolicyVersion
        fields = [
            "version", "content", "note", "created_at", "approved", "approved_at", "approved_by",
        ]  # fmt: skip


class ApprovalSerializer(serializers.Serializer[Any]):
    approved = serializers.BooleanField(help_text="false withdraws an approval.")


class PolicySerializer(serializers.ModelSerializer[DeidPolicy]):
    policy_id = serializers.CharField(source="slug")
    latest_version = serializers.CharField(source="latest.name")
    owner = serializers.CharField(source="owner.username", default=None, allow_null=True)
    team = serializers.CharField(source="team.name", default=None, allow_null=True)
    created_at = UTCDateTimeField()
    updated_at = UTCDateTimeField()

    class Meta:
        model = DeidPolicy
        fields = [
            "policy_id", "title", "description", "built_in", "latest_version", "owner",
            "visibility", "team", "created_at", "updated_at",
        ]  # fmt: skip


class PolicyDetailSerializer(PolicySerializer):
    versions = PolicyVersionSerializer(many=True)

    class Meta(PolicySerializer.Meta):
        fields = [*PolicySerializer.Meta.fields, "versions"]


class PolicyEditSerializer(serializers.Serializer[Any]):
    content = JSONObjectField(max_bytes=2 * 1024 * 1024)
    note = TextField(required=False, allow_blank=True, max_length=200, default="")


class PolicyCreateSerializer(PolicyEditSerializer):
    policy_id = serializers.SlugField(max_length=64)
    title = TextField(required=False, allow_blank=True, max_length=120, default="")
    description = TextField(required=False, allow_blank=True, max_length=10_000, default="")


class DenySerializer(serializers.Serializer[Any]):
    text = TextField(max_length=200)
    type = TextField(default=t.CUSTOM, max_length=40)


class WordsSerializer(serializers.Serializer[Any]):
    allow = serializers.ListField(child=TextField(max_length=200), required=False, default=list)
    deny = DenySerializer(many=True, required=False, default=list)
