"""Queries as SQL, the full-text index, and regular expressions."""
