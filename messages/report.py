"""Messages: report."""
