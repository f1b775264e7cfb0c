"""Pages that answer what was found: everywhere, in one country, in one policy sector."""
