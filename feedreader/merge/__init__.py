"""Entries to papers: what makes one paper, and what is shown of it. Pure."""
