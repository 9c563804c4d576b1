"""A stricter policy that ships: high recall, towns and states too."""

from pathlib import Path

import yaml
from django.db import migrations
from django.utils import timezone


def make(apps, schema_editor):
    policies = apps.get_model("deid", "DeidPolicy").objects
    taken = policies.filter(slug="strict", built_in=False).exists()
    policy, _made = policies.get_or_create(
        slug="strict-built-in" if taken else "strict",
        defaults={"built_in": True, "visibility": "everyone"},
    )
    path = Path(__file__).parent.parent / "strict_policy.yaml"
    content = yaml.safe_load(path.read_text("utf-8"))
    apps.get_model("deid", "PolicyVersion").objects.get_or_create(
        policy=policy, number=1, defaults={"name": "2026-11-28", "content": content, "approved_at": timezone.now()},
    )


class Migration(migrations.Migration):
    dependencies = [("deid", "0004_built_in_versions_are_approved")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
