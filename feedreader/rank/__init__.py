"""How likely the reader is to keep a paper, learned from her marks, with reasons."""
