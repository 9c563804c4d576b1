"""Run folders, their wrapper and their logs."""
