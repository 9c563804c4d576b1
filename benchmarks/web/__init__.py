"""What a request costs: see __main__.py."""
