"""What the domains' pages share."""
