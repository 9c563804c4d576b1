"""One row of usage a day is told by a digest of the model's name, which may be long."""

import hashlib

from django.db import migrations, models


def fill(apps, schema_editor):
    usage = apps.get_model("deployments", "Usage")
    for row in usage.objects.only("model").iterator():
        usage.objects.filter(pk=row.pk).update(
            model_digest=hashlib.sha256(row.model.encode()).hexdigest()
        )


class Migration(migrations.Migration):
    dependencies = [("deployments", "0003_engine_key")]
    operations = [
        migrations.RemoveConstraint(model_name="usage", name="one_usage_a_day"),
        migrations.AddField(
            model_name="usage",
            name="model_digest",
            field=models.CharField(default="", editable=False, max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="usage",
            constraint=models.UniqueConstraint(
                fields=("day", "user", "token_name", "model_digest"), name="one_usage_a_day"
            ),
        ),
    ]
