"""The storm of the kill test: strikes at random moments, what people do meanwhile, invariants."""
