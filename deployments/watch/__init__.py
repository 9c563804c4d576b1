"""What the agent asks of running engines."""
