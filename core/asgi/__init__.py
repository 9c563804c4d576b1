"""What stands around Django at the ASGI boundary."""
