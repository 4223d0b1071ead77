"""The screen: all the Textual there is. The App puts it together; the folders are named after what is seen."""

import os

# Read by Textual when it is imported. What a key changes is painted at once; what the library answers to it
# (`space` moves on, and marks what was left) comes with a second frame: 4 ms after the first at best, not 17.
os.environ.setdefault("TEXTUAL_FPS", "240")
