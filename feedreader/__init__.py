"""feedreader: a terminal reader for research papers, one feed grouped by day."""

__version__ = "0.1.0"
