"""Read files as tables of text: delimited text, archives, spreadsheets and databases, all with one interface. Pure."""
