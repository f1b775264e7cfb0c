"""Likely personal data in a file: found while it is read, shown masked, decided on before it is public."""
