"""Files as tables of text: one interface over delimited text, archives, spreadsheets and databases. Pure."""
