"""What de-identification tells those who build on it, in the transaction of the change."""

from __future__ import annotations

from django.dispatch import Signal

approval_withdrawn = Signal()
"""With `version`: what it called clean or de-identified is so no longer."""
