"""Usage is read by day, everybody's and one's own."""

from django.db import migrations, models

from core.online_indexes import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("deployments", "0004_usage_digest")]
    operations = [
        AddIndexOnline("usage", models.Index(fields=["day", "id"], name="usage_by_day")),
        AddIndexOnline("usage", models.Index(fields=["user", "day", "id"], name="usage_of_user")),
        migrations.AlterModelOptions(
            "usage",
            {"ordering": ["-day", "-id"], "verbose_name": "usage", "verbose_name_plural": "usage"},
        ),
    ]
