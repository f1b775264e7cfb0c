"""Pages that answer what was found: everywhere, and in a country, policy sector, theme, organisation or institution."""
