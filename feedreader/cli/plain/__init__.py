"""The reader as lines, `feedreader --plain`: for screen readers, slow links and pipes.

It writes text and nothing else: no escape sequence, no colour, no cursor that moves. Papers are numbered, and a
command is a letter, or its word, and numbers.
"""
