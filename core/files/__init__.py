"""Paths, uploads and streams of files."""
