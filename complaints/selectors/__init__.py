"""What pages and API read about records."""
