"""Long work on rounds."""
