"""Jobs over files of datasets: scans for personal data, and de-identification."""
