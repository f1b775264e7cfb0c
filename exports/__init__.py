"""Tables that leave the site: columns and rows, one rule for cells, a writer for each format, and small counts."""
