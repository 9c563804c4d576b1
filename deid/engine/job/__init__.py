"""The program that scans or de-identifies a file: detached, on all cores, resumable."""
