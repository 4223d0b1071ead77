"""Papers as text for other programs. Pure: each format is one function in one file."""
