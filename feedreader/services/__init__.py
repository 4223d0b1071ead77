"""The use cases that the command line and the reader share. They join sources, parse, merge and library."""
