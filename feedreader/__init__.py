"""feedreader: a terminal reader for research papers, one feed grouped by day."""

__version__ = "0.2.0"
