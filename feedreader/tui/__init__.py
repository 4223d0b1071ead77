"""The screen: all the Textual there is. The App puts it together; the folders are named after what is seen."""

import os

# Textual reads it when it is imported: the second of two frames may come 8 ms after the first, instead of 17.
os.environ.setdefault("TEXTUAL_FPS", "120")
