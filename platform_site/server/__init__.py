"""The processes of the platform: supervisor, web, agent."""
