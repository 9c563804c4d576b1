"""A larger labelled synthetic corpus for measuring how well personal data is recognised."""
