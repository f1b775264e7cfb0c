"""Pages of organisations and of vocabularies."""
