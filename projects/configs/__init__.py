"""Training configurations and the data that they name."""
