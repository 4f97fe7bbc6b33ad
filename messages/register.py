"""Messages: register."""
