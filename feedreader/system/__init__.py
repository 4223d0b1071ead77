"""This computer: other programs, files that are replaced whole, child processes."""
