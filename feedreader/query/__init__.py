"""The query language: its fields, parsing, completion, help, sorting, dates and hits. Pure."""
