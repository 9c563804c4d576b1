"""What a launch may ask, and what it means."""
