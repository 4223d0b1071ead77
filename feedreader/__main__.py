"""`python -m feedreader` is the `feedreader` command."""

import sys

from feedreader.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
