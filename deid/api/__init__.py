"""REST endpoints of de-identification."""
