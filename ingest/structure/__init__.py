"""Grids to tables and figures: layout, labels, headers, the national forms, general tables."""
