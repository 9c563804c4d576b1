"""Reads persons, organisations, addresses and places in texts of Latin letters."""
