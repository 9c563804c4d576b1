"""REST endpoints of accounts."""
