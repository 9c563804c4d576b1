"""Finds personal data in text. Knows nothing of Django: jobs over files run it by itself."""
