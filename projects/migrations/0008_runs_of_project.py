"""The runs of a project, newest first, and those without digests are read by an index."""

from django.db import migrations, models

from core.online_indexes import AddIndexOnline, DropFieldIndexes


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("projects", "0007_believe_only_approved_versions")]
    operations = [
        AddIndexOnline("run", models.Index(fields=["created_at", "id"], name="runs_by_time")),
        migrations.SeparateDatabaseAndState(
            database_operations=[DropFieldIndexes("run", ["created_at"])],
            state_operations=[
                migrations.AlterField(
                    "run",
                    "created_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="created"),
                )
            ],
        ),
        AddIndexOnline(
            "run", models.Index(fields=["project", "created_at", "id"], name="runs_of_project")
        ),
        AddIndexOnline(
            "run",
            models.Index(
                fields=["host", "finished_at"],
                name="runs_not_indexed",
                condition=models.Q(indexed_at=None),
            ),
        ),
    ]
