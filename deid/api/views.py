"""REST endpoints of de-identification: parse, call a service or selector, answer."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.accounts.actor import actor_of
from core.accounts.api.serializers import SharedSerializer, SharingSerializer
from core.accounts.api.views import share
from core.api.schema import errors
from core.api.validation import validated
from deid import selectors, services
from deid.api.serializers import (
    ApprovalSerializer,
    DeidentifiedSerializer,
    DeidentifySerializer,
    PolicyCreateSerializer,
    PolicyDetailSerializer,
    PolicyEditSerializer,
    PolicySerializer,
    RestoredSerializer,
    RestoreSerializer,
    WordsSerializer,
)
from deid.api.shape import answer_of
from deid.models import DeidPolicy

EXAMPLE = OpenApiExample(
    "Test",
    value={"text": ["张三的手机号是13800138000"], "options": {"return_mapping": True}},
    request_only=True,
)


class DeidentifyView(APIView):
    scope = "deid"
    limit = "deid"

    @extend_schema(
        operation_id="deidentify_test",
        request=DeidentifySerializer,
        responses={200: DeidentifiedSerializer, **errors(400, 413, 422, 429, 503)},
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """De-identify texts under a policy; nothing is kept."""
        values = validated(DeidentifySerializer(data=request.data))
        actor = actor_of(request)
        version = selectors.version_for(
            actor, values.get("policy_id"), values.get("policy_version") or None
        )
        outcome = services.texts_test(actor, version, values)
        return Response(answer_of(values, version, outcome))


class RestoreView(APIView):
    scope = "deid"
    limit = "deid"

    @extend_schema(
        operation_id="deidentify_restore",
        request=RestoreSerializer,
        responses={200: RestoredSerializer, **errors(400, 403, 422, 429, 503)},
    )
    def post(self, request: Request) -> Response:
        """Open what a reversible policy sealed: for operators, and written to the audit trail."""
        values = validated(RestoreSerializer(data=request.data))
        actor = actor_of(request)
        version = selectors.version_for(actor, values["policy_id"])
        texts = services.texts_restore(actor=actor, version=version, texts=values["text"])
        return Response({"text": texts})


class PoliciesView(APIView):
    scope = "deid"

    @extend_schema(operation_id="deid_policies_list", responses={200: PolicySerializer(many=True)})
    def get(self, request: Request) -> Response:
        """Policies that the caller sees, the built-in one first."""
        return Response(PolicySerializer(selectors.policy_list(actor_of(request)), many=True).data)

    @extend_schema(
        operation_id="deid_policies_create",
        request=PolicyCreateSerializer,
        responses={201: PolicyDetailSerializer, **errors(400, 403, 409, 422)},
    )
    def post(self, request: Request) -> Response:
        """Create a policy with its first version."""
        values = validated(PolicyCreateSerializer(data=request.data))
        actor = actor_of(request)
        policy = services.policy_create(actor=actor, slug=values.pop("policy_id"), **values)
        return Response(_detail(request, policy.slug), status=201)


class PolicyView(APIView):
    scope = "deid"

    @extend_schema(
        operation_id="deid_policies_get", responses={200: PolicyDetailSerializer, **errors(404)}
    )
    def get(self, request: Request, slug: str) -> Response:
        """One policy with all its versions, newest first."""
        return Response(_detail(request, slug))

    @extend_schema(
        operation_id="deid_policies_edit",
        request=PolicyEditSerializer,
        responses={200: PolicyDetailSerializer, **errors(400, 403, 404, 409, 422)},
    )
    def put(self, request: Request, slug: str) -> Response:
        """Another version of the policy; earlier ones stay as they are."""
        policy = find_policy(request, slug)
        values = validated(PolicyEditSerializer(data=request.data))
        services.policy_edit(actor=actor_of(request), policy=policy, **values)
        return Response(_detail(request, slug))

    @extend_schema(
        operation_id="deid_policies_delete", responses={204: None, **errors(403, 404, 409)}
    )
    def delete(self, request: Request, slug: str) -> Response:
        """Delete a policy that no file was made with."""
        services.policy_delete(actor=actor_of(request), policy=find_policy(request, slug))
        return Response(status=204)


class PolicyWordsView(APIView):
    scope = "deid"

    @extend_schema(
        operation_id="deid_policies_words",
        request=WordsSerializer,
        responses={200: PolicyDetailSerializer, **errors(400, 403, 404, 409, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Add corrected words: what is no personal data (allow), and what is (deny)."""
        policy = find_policy(request, slug)
        values = validated(WordsSerializer(data=request.data))
        services.words_add(actor=actor_of(request), policy=policy, **values)
        return Response(_detail(request, slug))


class PolicyApprovalView(APIView):
    scope = "deid"

    @extend_schema(
        operation_id="deid_policies_approve",
        request=ApprovalSerializer,
        responses={200: PolicyDetailSerializer, **errors(400, 403, 404, 409, 422)},
    )
    def put(self, request: Request, slug: str, name: str) -> Response:
        """Approve one version of a policy for the gate before training, or withdraw that.

        For operators. An edit makes another version, which is not approved. Withdrawing sets the
        files that the version called clean back to unscanned.
        """
        version = selectors.version_of(find_policy(request, slug), name)
        approved = validated(ApprovalSerializer(data=request.data))["approved"]
        services.approval_set(actor=actor_of(request), version=version, approved=approved)
        return Response(_detail(request, slug))


class PolicySharingView(APIView):
    scope = "deid"

    @extend_schema(
        operation_id="deid_policies_share",
        request=SharingSerializer,
        responses={200: SharedSerializer, **errors(400, 403, 404, 422)},
    )
    def put(self, request: Request, slug: str) -> Response:
        """Say who sees the policy: its owner, a team, or everyone."""
        return share(request, find_policy(request, slug))


def find_policy(request: Request, slug: str) -> DeidPolicy:
    """A policy that the caller sees. Raises NotFound."""
    return selectors.policy_get(actor_of(request), slug)


def _detail(request: Request, slug: str) -> object:
    return PolicyDetailSerializer(find_policy(request, slug)).data
