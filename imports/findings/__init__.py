"""What a person must know about a file, though no single row is wrong. The rows are loaded; the finding says so."""
