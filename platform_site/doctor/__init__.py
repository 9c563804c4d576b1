"""Looks a living platform over and says what is wrong and how to mend it; changes nothing."""
