"""The formats of documents, one module each."""
