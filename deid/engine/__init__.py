"""Finding and replacing personal data; knows nothing of Django."""
