"""What stands in the place of personal data. Knows nothing of Django."""
