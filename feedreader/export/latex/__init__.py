"""Unicode as LaTeX that compiles."""
