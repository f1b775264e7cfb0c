"""What a file shows about itself: encoding, dialect, header, columns. Pure."""
