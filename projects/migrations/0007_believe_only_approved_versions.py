"""Runs whose data no approved version of a policy has judged were on unscanned data."""

from pathlib import PurePath

from django.db import migrations

SAFE = ("clean", "deidentified")


def believe_only_approved_versions(apps, schema_editor):
    files = apps.get_model("datasets", "DatasetFile").objects.filter(data_state__in=SAFE)
    safe = set(files.values_list("stored_name", flat=True))
    runs = apps.get_model("projects", "Run").objects.filter(data_state__in=SAFE)
    for run in runs.select_related("parent").order_by("created_at").iterator():
        trained = run.inputs.get("dataset") or (run.parent and run.parent.inputs.get("dataset"))
        if PurePath(trained or "").name not in safe:
            run.data_state = "unscanned"
            run.save(update_fields=["data_state"])


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0006_projects_hold_uploads"),
        ("datasets", "0006_believe_only_approved_versions"),
    ]
    operations = [
        migrations.RunPython(believe_only_approved_versions, migrations.RunPython.noop),
    ]
