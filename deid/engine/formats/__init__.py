"""Formats of text and files: what in them is text, and how it is put back."""
