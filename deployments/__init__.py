"""Deployments: vLLM engines."""
