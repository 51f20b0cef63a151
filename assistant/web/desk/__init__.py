"""The staff console at /desk: plain pages and forms over the desk, no script needed."""
