"""Rows by the hundred thousand, as `manage.py make_load` makes them to see how things scale."""
