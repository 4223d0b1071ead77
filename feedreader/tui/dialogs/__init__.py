"""What opens over the feed."""
