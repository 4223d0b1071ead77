"""Machines that share a folder, simulated: `python -m tests.sync [--runs N] [--seed S]` does hundreds of runs.

Two to five libraries mark, note, tag, undo, import, subscribe and make rules, with clocks off by hours; their files
reach one another whole, cut, late, twice, in pieces of another order, or beside rubbish; programs are killed while
they write; a library is copied. In the end, when all files have arrived, all must be in one state: that which follows
from the records alone, in whatever order they are read.
"""
