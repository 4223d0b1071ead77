"""`python -m feedreader` is the `feedreader` command."""

from feedreader.cli import entry

if __name__ == "__main__":
    entry()
