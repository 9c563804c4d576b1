"""Visibility and teams: what one may not see is a 404, in lists and by name too."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User

from core.accounts.models import AuditEntry
from core.accounts.roles import Role, role_set
from projects.models import Run
from tests.accounts.conftest import World
from tests.conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(alice: User, bob: User) -> Group:
    team = Group.objects.create(name="nlp")
    alice.groups.add(team)
    bob.groups.add(team)
    return team


def test_private_is_nobody_elses(world: World, bob: User, viewer: User) -> None:
    for user in (bob, viewer):
        client = client_of(user)
        assert client.get("/api/projects").json() == []
        assert client.get("/api/projects/alices-project").status_code == 404
        for path in ("/projects/", "/datasets/", "/"):
            page = client.get(path).content.decode()
            assert "alices" not in page, path
    assert AuditEntry.objects.filter(refused=True, action="see project").count() == 2


def test_a_team_sees_and_works_but_does_not_rule(world: World, team: Group, bob: User) -> None:
    world.show_to("team", team)
    client = client_of(bob)
    path = f"/api/projects/{world.project.id}"
    assert client.get(path).json()["team"] == "nlp"
    assert client.post(f"{path}/runs").status_code == 201
    assert (
        client.put(f"{path}/sharing", {"visibility": "private"}, "application/json").status_code
        == 403
    )
    assert client.post(f"/projects/{world.project.id}/delete/").status_code == 403
    bob.groups.remove(team)
    assert client.get(path).status_code == 404


def test_a_viewer_in_the_team_only_looks(world: World, team: Group, viewer: User) -> None:
    viewer.groups.add(team)
    world.show_to("team", team)
    client = client_of(viewer)
    assert client.get(f"/api/projects/{world.project.id}").status_code == 200
    assert client.post(f"/api/projects/{world.project.id}/runs").status_code == 403


def test_the_owner_shares(world: World, team: Group, alice: User, bob: User) -> None:
    client, path = client_of(alice), f"/api/v1/datasets/{world.dataset.id}/sharing"
    answer = client.put(path, {"visibility": "team", "team": "nlp"}, "application/json")
    assert answer.json() == {"owner": "alice", "visibility": "team", "team": "nlp"}
    assert client_of(bob).get(f"/datasets/{world.dataset.id}/").status_code == 200
    entry = AuditEntry.objects.filter(action="dataset.share").get()
    assert entry.changes == {"visibility": ["private", "team"], "team": [None, "nlp"]}


def test_only_to_teams_of_ones_own(world: World, alice: User) -> None:
    Group.objects.create(name="others")
    client, path = client_of(alice), f"/api/v1/datasets/{world.dataset.id}/sharing"
    for team in ("others", "viewer", "nope", ""):
        answer = client.put(path, {"visibility": "team", "team": team}, "application/json")
        assert answer.status_code == 400, team
    bad = client.put(path, {"visibility": "world"}, "application/json")
    assert bad.status_code == 422


def test_a_private_upload_cannot_be_trained_on_by_its_name(world: World, bob: User) -> None:
    client = client_of(bob)
    body = {"name": "b", "dataset_name": "rows.jsonl", "training_yaml_name": "c.yaml"}
    client.post("/api/projects", body, "application/json")
    answer = client.post("/api/projects/b/runs")
    assert answer.status_code == 400
    assert "rows.jsonl" in answer.json()["detail"]
    assert "rows.jsonl" not in client.get("/projects/new/").content.decode()
    world.show_to("everyone")
    assert client.post("/api/projects/b/runs").status_code == 201
    assert Run.objects.filter(started_by=bob).count() == 1


def test_a_user_without_a_role_sees_nothing(world: World, bob: User) -> None:
    role_set(bob, Role.NONE)
    world.show_to("everyone")
    client = client_of(bob)
    assert client.get("/api/projects").status_code == 403
    assert "alices" not in client.get("/projects/").content.decode()


def test_the_owner_is_who_made_it(world: World, alice: User) -> None:
    data = client_of(alice).get(f"/api/v1/datasets/{world.dataset.id}").json()
    assert (data["owner"], data["visibility"]) == ("alice", "private")


def test_no_query_grows_with_teams_or_objects(
    world: World, team: Group, bob: User, django_assert_num_queries: object
) -> None:
    world.show_to("team", team)
    for index in range(5):
        bob.groups.add(Group.objects.create(name=f"t{index}"))
    client = client_of(bob)
    with django_assert_num_queries(4):  # type: ignore[operator] # session, user, groups, list
        assert len(client.get("/api/projects").json()) == 1
