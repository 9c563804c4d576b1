"""Quality of recognition on our corpus and on labelled sets that are given by path."""
