"""A language model beside the rules: it reads and writes, code computes and cites."""
