"""Messages: forms."""
