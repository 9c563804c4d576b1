"""Reads of configurations: their keys, what is wrong in one, and one as a form."""

from __future__ import annotations

from projects.configs.form import apply_changes, changes_of, config_check, config_schema, form_rows

__all__ = ["apply_changes", "changes_of", "config_check", "config_schema", "form_rows"]
