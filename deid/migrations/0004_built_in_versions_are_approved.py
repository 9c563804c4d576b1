"""What the platform ships is approved as it comes."""

from django.db import migrations, models


def approve_built_in(apps, schema_editor):
    versions = apps.get_model("deid", "PolicyVersion").objects
    versions.filter(policy__built_in=True).update(approved_at=models.F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("deid", "0003_approval_of_versions")]
    operations = [migrations.RunPython(approve_built_in, migrations.RunPython.noop)]
