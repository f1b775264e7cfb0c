"""What a file says about itself: encoding, dialect, header, columns. Pure."""
