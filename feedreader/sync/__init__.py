"""What several machines tell one another: what was done, as records. Pure."""
