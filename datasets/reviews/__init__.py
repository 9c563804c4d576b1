"""Random rows of a file for people to judge, and what share of it is clean by their word."""
