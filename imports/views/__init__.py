"""Pages of datasets and imports."""
