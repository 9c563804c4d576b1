"""The audit trail is read by time within a user, an action, an object: an index for each."""

from django.db import migrations, models
from django.utils import timezone

from core.online_indexes import AddIndexOnline, DropFieldIndexes


def text(name, length):
    return models.CharField(editable=False, max_length=length, verbose_name=name)


FIELDS = {
    "at": models.DateTimeField(default=timezone.now, editable=False, verbose_name="time"),
    "username": text("user", 150),
    "action": text("action", 64),
    "object_id": text("object id", 64),
    "refused": models.BooleanField(default=False, editable=False, verbose_name="refused"),
}
INDEXES = {
    "audit_by_time": ["at", "id"],
    "audit_by_user": ["username", "at", "id"],
    "audit_by_action": ["action", "at", "id"],
    "audit_by_object": ["object_id", "at", "id"],
    "audit_by_address": ["address", "at", "id"],
}


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0004_key_marks")]
    operations = [
        *(
            AddIndexOnline("auditentry", models.Index(fields=fields, name=name))
            for name, fields in INDEXES.items()
        ),
        AddIndexOnline(
            "auditentry",
            models.Index(
                fields=["at", "id"], name="audit_refused", condition=models.Q(refused=True)
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[DropFieldIndexes("auditentry", list(FIELDS))],
            state_operations=[
                migrations.AlterField("auditentry", name, field) for name, field in FIELDS.items()
            ],
        ),
        migrations.AlterModelOptions(
            "auditentry",
            {
                "ordering": ["-at", "-id"],
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit trail",
            },
        ),
        AddIndexOnline("apitoken", models.Index(fields=["created", "id"], name="tokens_by_time")),
        migrations.AlterModelOptions(
            "apitoken",
            {
                "ordering": ["-created", "-id"],
                "verbose_name": "API token",
                "verbose_name_plural": "API tokens",
            },
        ),
    ]
