"""Likely personal data in a file: detected while it is read, shown masked, decided on before it is public."""
