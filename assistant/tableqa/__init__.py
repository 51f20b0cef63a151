"""Learned look-up in any table: from a question to the set of cells that answers it."""
