"""Training of the small network that reads English texts: see docs/deid.md."""
