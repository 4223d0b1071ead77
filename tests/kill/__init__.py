"""Kills the program at any moment, again and again, and looks at what is left: `python -m tests.kill --kills 500`.

A child works on a library: it imports, refreshes, marks, removes, undoes and exports, and says on a pipe what it begins
and what is done. It is killed (SIGKILL) after some time; or kills itself at the n-th SQL statement, in the midst of
one, or as it opens, renames or removes a file. Then all that was done must be there, what was begun must be there
whole or not at all, and the next import must go through. Some of the children are readers in a pseudo-terminal.
"""
