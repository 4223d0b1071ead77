"""What the screen and the command line show of papers: rows, columns, pages, days, subscriptions. Pure."""
