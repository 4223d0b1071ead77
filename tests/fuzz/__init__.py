"""Foreign input by the thousand: `python -m tests.fuzz --minutes 10`. See CONTRIBUTING.md."""
