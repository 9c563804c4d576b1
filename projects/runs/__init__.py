"""Training runs: made, queued, launched, watched, and what they leave."""
