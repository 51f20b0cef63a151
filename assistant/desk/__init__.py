"""The citizen help desk: tickets with their evidence, staff, reviewed answers, privacy."""
