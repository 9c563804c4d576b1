"""States that no approved version of a policy has found are unsaid: these files are unscanned."""

from django.db import migrations


def believe_only_approved_versions(apps, schema_editor):
    versions = apps.get_model("deid", "PolicyVersion").objects.filter(approved_at__isnull=False)
    jobs = apps.get_model("datasets", "FileJob").objects.filter(
        status="succeeded", policy_version__approved_at__isnull=False
    )
    for file in apps.get_model("datasets", "DatasetFile").objects.exclude(data_state="unscanned"):
        if file.data_state == "deidentified":
            _keep_if(file, _made_by(versions, file))
            file.save(update_fields=["data_state", "state_version"])
            continue
        job = jobs.filter(source=file).order_by("-finished_at").first()
        if file.data_state == "personal":
            file.state_version = job.policy_version if job else None
        else:
            nothing = job and not job.report.get("entities") and not job.report.get("broken")
            _keep_if(file, job.policy_version if nothing else None)
        file.save(update_fields=["data_state", "state_version"])


def _made_by(versions, file):
    """The job may have gone with its source; what the file was made from, it knows itself."""
    return versions.filter(
        policy__slug=file.lineage.get("policy"), name=file.lineage.get("policy_version")
    ).first()


def _keep_if(file, version):
    """Until now only built-in versions are approved, which look for all of the own types."""
    if version is None:
        file.data_state = "unscanned"
    file.state_version = version


class Migration(migrations.Migration):
    dependencies = [
        ("datasets", "0005_state_says_which_policy"),
        ("deid", "0004_built_in_versions_are_approved"),
    ]
    operations = [
        migrations.RunPython(believe_only_approved_versions, migrations.RunPython.noop),
    ]
