"""Which version of a policy said what a file's state is."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("datasets", "0004_life_cycle"),
        ("deid", "0002_default_policy"),
    ]
    operations = [
        migrations.AddField(
            model_name="datasetfile",
            name="state_version",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="deid.policyversion",
                verbose_name="personal data: by",
            ),
        ),
    ]
