"""Leases have an order in which no two are alike."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("platform_site", "0002_host_given_up")]
    operations = [
        migrations.AlterModelOptions(
            "lease",
            {
                "ordering": ["host", "kind", "value", "id"],
                "verbose_name": "lease",
                "verbose_name_plural": "leases",
            },
        ),
    ]
