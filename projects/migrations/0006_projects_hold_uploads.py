"""The datasets whose uploads a project means."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0005_life_cycle")]
    operations = [
        migrations.AddField(
            model_name="project",
            name="file_dataset_id",
            field=models.UUIDField(blank=True, null=True, verbose_name="dataset of the file"),
        ),
        migrations.AddField(
            model_name="project",
            name="config_dataset_id",
            field=models.UUIDField(
                blank=True, null=True, verbose_name="dataset of the configuration"
            ),
        ),
    ]
