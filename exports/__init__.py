"""Exports: columns and rows, one rule for cells, a writer for each format, and disclosure control of small counts."""
