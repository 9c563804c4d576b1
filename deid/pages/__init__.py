"""HTML pages of de-identification."""
