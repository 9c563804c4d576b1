"""What a check may write, when others have moved the deployment while it was under way."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from deployments.choices import DeploymentStatus
from deployments.models import Deployment
from deployments.run.state import transition
from deployments.watch.health import DOWN, Check, health_apply

pytestmark = pytest.mark.django_db


def starting(owner: User) -> Deployment:
    return Deployment.objects.create(owner=owner, model_path="/m", status=DeploymentStatus.STARTING)


def test_a_check_begun_before_it_ran_takes_no_health_away(alice: User) -> None:
    row = starting(alice)
    seen_by_agent = Deployment.objects.get(id=row.id)
    assert transition(row, DeploymentStatus.RUNNING, code="healthy", health_ok=True)
    health_apply([seen_by_agent], [DOWN])
    row.refresh_from_db()
    assert (row.status, row.health_ok, row.health_failures) == (DeploymentStatus.RUNNING, True, 0)


def test_a_check_of_the_running_engine_counts(alice: User) -> None:
    row = starting(alice)
    assert transition(row, DeploymentStatus.RUNNING, code="healthy", health_ok=True)
    health_apply([Deployment.objects.get(id=row.id)], [DOWN])
    row.refresh_from_db()
    assert (row.health_ok, row.health_failures) == (False, 1)
    health_apply([row], [Check(True, 3)])
    row.refresh_from_db()
    assert (row.health_ok, row.health_failures) == (True, 0)
