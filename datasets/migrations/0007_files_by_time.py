"""The newest uploads, and lines that are not in a log yet, are found by an index."""

from django.db import migrations, models

from core.online_indexes import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("datasets", "0006_believe_only_approved_versions")]
    operations = [
        AddIndexOnline(
            "datasetfile", models.Index(fields=["uploaded_at", "id"], name="files_by_time")
        ),
        AddIndexOnline(
            "trainconfig", models.Index(fields=["uploaded_at", "id"], name="configs_by_time")
        ),
        AddIndexOnline(
            "filejobevent",
            models.Index(
                fields=["job"], name="unwritten_job_events", condition=models.Q(written=False)
            ),
        ),
    ]
