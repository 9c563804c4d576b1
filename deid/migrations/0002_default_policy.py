"""The policy of callers who name none."""

from pathlib import Path

import yaml
from django.db import migrations


def make(apps, schema_editor):
    policy, _made = apps.get_model("deid", "DeidPolicy").objects.get_or_create(
        slug="default", defaults={"built_in": True, "visibility": "everyone"}
    )
    path = Path(__file__).parent.parent / "default_policy.yaml"
    content = yaml.safe_load(path.read_text("utf-8"))
    apps.get_model("deid", "PolicyVersion").objects.get_or_create(
        policy=policy, number=1, defaults={"name": "2025-10-01", "content": content}
    )


class Migration(migrations.Migration):
    dependencies = [("deid", "0001_initial")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
