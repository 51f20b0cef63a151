"""What the regulations say: a reviewed pack of entries, deadlines and fees, and its answers."""
