"""Password log-in; permissions come from the rules alone."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from core.accounts.roles import LOCAL_OPERATOR


class PasswordBackend(ModelBackend):
    """Django's, less its table of permissions: a right that rules.py has not, nobody has."""

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        if username == LOCAL_OPERATOR:
            return None
        return super().authenticate(request, username=username, password=password, **kwargs)

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False
