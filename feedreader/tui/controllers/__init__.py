"""What keys and messages lead to, one module a subject."""
