"""The floor of a Textual program: an app that shows one Static."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("a bare application")


if __name__ == "__main__":
    Bare().run()
