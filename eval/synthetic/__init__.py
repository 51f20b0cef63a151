"""Made-up reports with known contents, in every form that people meet, to measure ingest by."""
