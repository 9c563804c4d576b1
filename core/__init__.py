"""What every domain stands on; it imports none of them."""
