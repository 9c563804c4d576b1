"""A deployment's life: placed, launched, observed, ended."""
