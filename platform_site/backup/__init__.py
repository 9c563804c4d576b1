"""Backup of all the platform keeps in one tar file, and its restore to an empty machine."""

from platform_site.backup.archive import BackupError, Report, verify
from platform_site.backup.restore import restore
from platform_site.backup.write import backup

__all__ = ["BackupError", "Report", "backup", "restore", "verify"]
