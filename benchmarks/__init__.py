"""What the figures in docs/performance.md come from: `python -m benchmarks` (see `python -m benchmarks --help`)."""
