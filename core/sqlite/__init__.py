"""The database engine of SQLite that the settings name."""
