"""De-identification: what is personal in a text, and what stands there instead."""
