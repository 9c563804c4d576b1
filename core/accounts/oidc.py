"""Single sign-on by OpenID Connect Core 1.0: users by subject, roles by claim."""

from __future__ import annotations

import logging
from typing import Any

import jwt
import requests
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from core.accounts import audit
from core.accounts.actor import Actor, client_address
from core.accounts.models import OidcIdentity
from core.accounts.roles import ROLE_GROUPS, Role, role_of, role_set

# What the provider sends is input: a key that it lacks is a refusal like a bad signature.
REFUSALS = (
    SuspiciousOperation, jwt.PyJWTError, requests.RequestException, KeyError, ValueError, TypeError,
)  # fmt: skip
logger = logging.getLogger(__name__)


class OidcBackend(OIDCAuthenticationBackend):  # type: ignore[misc] # untyped package
    """Known by (issuer, subject): an e-mail address that a provider hands out opens no account."""

    def authenticate(self, request: Any, **kwargs: Any) -> User | None:
        try:
            return super().authenticate(request, **kwargs)  # type: ignore[no-any-return]
        except REFUSALS as error:
            logger.warning("single sign-on refused: %s: %s", type(error).__name__, error)
            audit.refused_stranger("login.oidc", client_address(request))
            return None

    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any]:
        """Signature and nonce by the library; the rest of section 3.1.3.7 here."""
        payload: dict[str, Any] = super().verify_token(token, **kwargs)
        audience = payload.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if payload.get("iss") != settings.OIDC_ISSUER:
            raise SuspiciousOperation("the ID token is another issuer's")
        if settings.OIDC_RP_CLIENT_ID not in audiences:
            raise SuspiciousOperation("the ID token is for another client")
        if "exp" not in payload or not payload.get("sub"):
            raise SuspiciousOperation("the ID token lacks exp or sub")
        return payload

    def get_userinfo(self, access_token: str, id_token: str, payload: Any) -> dict[str, Any]:
        """Claims of the ID token and of the user endpoint, which must speak of the same subject."""
        claims = super().get_userinfo(access_token, id_token, payload)
        if claims.get("sub") != payload["sub"]:
            raise SuspiciousOperation("the user endpoint answers for another subject")
        return {**payload, **claims}

    def verify_claims(self, claims: dict[str, Any]) -> bool:
        return True

    def filter_users_by_claims(self, claims: dict[str, Any]) -> Any:
        return User.objects.filter(
            oidc_identity__issuer=settings.OIDC_ISSUER, oidc_identity__subject=claims["sub"]
        )

    @transaction.atomic
    def create_user(self, claims: dict[str, Any]) -> User:
        user = User.objects.create_user(_free_name(claims), email=str(claims.get("email") or ""))
        user.set_unusable_password()
        user.save()
        OidcIdentity.objects.create(
            user=user, issuer=settings.OIDC_ISSUER, subject=str(claims["sub"])
        )
        role = _mapped_role(claims)
        role_set(user, _named(settings.OIDC_DEFAULT_ROLE) if role is None else role)
        audit.created(Actor(user, "oidc"), "user.create", user, "username", "email")
        return user

    @transaction.atomic
    def update_user(self, user: User, claims: dict[str, Any]) -> User:
        """The provider's word on the role counts anew at each log-in, where it says any."""
        role = _mapped_role(claims)
        if role is not None and role != role_of(user):
            before = role_of(user)
            role_set(user, role)
            changes = {"role": [before.group, role.group]}
            audit.record(Actor(user, "oidc"), "user.role", user, changes=changes)
        return user


def _named(name: str) -> Role:
    return ROLE_GROUPS.get(name, Role.NONE)


def _mapped_role(claims: dict[str, Any]) -> Role | None:
    """The highest role that the claim's groups map to; None where no map is set."""
    if not settings.OIDC_ROLE_CLAIM or not settings.OIDC_ROLE_MAP:
        return None
    held = claims.get(settings.OIDC_ROLE_CLAIM) or []
    held = [held] if isinstance(held, str) else held
    pairs = (entry.rpartition("=") for entry in settings.OIDC_ROLE_MAP)
    roles = [_named(role.strip()) for group, _sign, role in pairs if group.strip() in held]
    return max(roles, default=_named(settings.OIDC_DEFAULT_ROLE))


def _free_name(claims: dict[str, Any]) -> str:
    """The preferred name if it is free, else with a number."""
    wanted = str(claims.get("preferred_username") or claims.get("email") or claims["sub"])
    base = "".join(sign for sign in wanted if sign.isalnum() or sign in "@.+-_")[:140] or "user"
    name, number = base, 1
    while User.objects.filter(username=name).exists():
        number += 1
        name = f"{base}-{number}"
    return name
