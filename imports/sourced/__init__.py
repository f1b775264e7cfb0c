"""One publisher for everything that is no complaint record: rows are kept as their source gave them, and a room makes
its noun of them (docs/adr/0036)."""
