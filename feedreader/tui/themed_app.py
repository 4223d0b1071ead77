"""The app's part that has to do with colours: which theme shows, and what the terminal says of its background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App
from textual.reactive import Initialize, Reactive
from textual.theme import Theme

from feedreader.tui import session, themes

if TYPE_CHECKING:
    from textual.driver import Driver

    from feedreader.tui.dialogs.theme import Chosen
    from feedreader.tui.terminal import BackgroundReported


def _first_theme(app: object) -> str:
    assert isinstance(app, ThemedApp)
    return app.first_theme


class ThemedApp(App[int]):
    """`set_theme` is the theme of the settings, `chosen_theme` the one chosen in the reader; the first goes before."""

    theme: Reactive[str] = Reactive(Initialize(_first_theme))

    def __init__(self, terminal: themes.Terminal, set_theme: str | None, chosen_theme: str | None) -> None:
        self._terminal = terminal
        self._set_theme = set_theme
        self._chosen_theme = chosen_theme
        self._wanted_theme = self._wanted(set_theme)
        super().__init__()

    def remember(self, name: str, value: str | None) -> None:
        """Keep a value for the next start."""
        raise NotImplementedError

    @property
    def available_themes(self) -> dict[str, Theme]:
        return dict(themes.OFFERED)

    def get_css_variables(self) -> dict[str, str]:
        self.theme_variables = dict(themes.variables(self.current_theme.name))
        return self.theme_variables

    def get_driver_class(self) -> type[Driver]:
        driver = super().get_driver_class()
        if driver.__name__ != "LinuxDriver":
            return driver
        from feedreader.tui.terminal import ReaderDriver

        return ReaderDriver

    def _wanted(self, set_theme: str | None) -> str | None:
        """The theme that is set, or else the one chosen here; None: one that goes with the terminal's background."""
        return next((theme for theme in (set_theme, self._chosen_theme) if theme in themes.OFFERED), None)

    def set_theme(self, theme: str | None) -> None:
        """Show the theme that the settings name; None: the one chosen here."""
        self._set_theme = theme
        self._wanted_theme = self._wanted(theme)
        self.theme = self._terminal.theme(self._wanted_theme)

    @property
    def first_theme(self) -> str:
        """The theme to begin with."""
        return self._terminal.theme(self._wanted_theme)

    @property
    def asks_terminal(self) -> bool:
        """Whether the terminal's background is of any account."""
        return self._terminal.answers and self._wanted_theme is None

    def action_change_theme(self) -> None:
        from feedreader.tui.dialogs.theme import ThemeScreen

        names = self._terminal.offers()
        wanted = self._wanted_theme if self._wanted_theme in names else None
        aside = "until you quit: config.toml sets another" if self._set_theme else ""

        def preview(theme: str | None) -> None:
            self.theme = self._terminal.theme(theme)

        def chosen(choice: Chosen | None) -> None:
            if choice is not None:
                self.choose_theme(choice.theme)

        self.push_screen(ThemeScreen(names, wanted, aside, preview), chosen)

    def choose_theme(self, theme: str | None) -> None:
        """Show a theme from now on, and at the next start; None: one that goes with the terminal's background."""
        self._chosen_theme = self._wanted_theme = theme
        self.remember(session.THEME, theme)
        self.theme = self._terminal.theme(theme)
        if self._driver is not None and self.asks_terminal:
            from feedreader.tui.terminal import QUESTION

            self._driver.write(QUESTION)

    def on_background_reported(self, message: BackgroundReported) -> None:
        self._terminal = self._terminal._replace(light=message.color.brightness > 0.5)
        self.theme = self._terminal.theme(self._wanted_theme)
