"""What the README's figures come from: `python -m benchmarks` (see `python -m benchmarks --help`)."""
