"""All that is known of arXiv: addresses, categories, and the days on which it announces papers. Pure."""
