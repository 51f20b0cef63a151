"""Speed and memory of the whole road, in one run: python -m eval.bench."""
