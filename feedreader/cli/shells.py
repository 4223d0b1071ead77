"""Completions for bash (3.2 and newer), zsh and fish: scripts that know all there is and start nothing."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping

from feedreader.cli.usage import FILES, FOLDERS, Argument, Command, Usage

_MADE = "Completions of feedreader for {}, made by `feedreader completions {}`."


def _names(options: Iterable[Argument]) -> str:
    return " ".join(dict.fromkeys(name for option in options for name in option.names))


def _valued(usage: Usage, values: int) -> list[str]:
    """The options of any command that take so many values."""
    options = (*usage.options, *(option for command in usage.commands for option in command.options))
    return sorted({name for option in options if len(option.values) == values for name in option.names})


# bash -----------------------------------------------------------------------------------------------------------------

_BASH = r"""# {made}
# Anything else is completed as a file name, except by bash 4 and newer where no file belongs.
_feedreader() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
    local command= options= values= files= given=0 place
    if [[ $current == = ]]; then current=
    elif [[ $before == = ]]; then before=${{COMP_WORDS[COMP_CWORD-2]}}; fi
    for ((place = 1; place < COMP_CWORD; place++)); do
        case ${{COMP_WORDS[place]}} in
            {two}) ((place += 2)) ;;
            {one})
                ((place++))
                [[ ${{COMP_WORDS[place]}} == = ]] && ((place++)) ;;
            -*|=) ;;
            *)
                if [[ -n $command ]]; then ((given++)); continue; fi
                case ${{COMP_WORDS[place]}} in
                    {commands}) command=${{COMP_WORDS[place]}} ;;
                    *) command=read ;;
                esac ;;
        esac
    done
    case $command in
{cases}
    esac
    COMPREPLY=()
    case $files in
        files) return ;;
        folders)
            local IFS=$'\n'
            COMPREPLY=($(compgen -d -- "$current"))
            compopt -o filenames 2>/dev/null
            return ;;
    esac
    if [[ $current == -* ]]; then values=$options; fi
    COMPREPLY=($(compgen -W "$values" -- "$current"))
    {fallback}
}}
complete -o default -F _feedreader feedreader
"""
_BASH_FALLBACK = "[[ -z $command || $command == read ]] || compopt +o default 2>/dev/null\n    return 0"


def bash(usage: Usage) -> str:
    """The script for bash."""
    names = [command.name for command in usage.commands]
    first = _names((*usage.options, *usage.reader.options))
    start = [
        "        '')",
        f"            options={shlex.quote(first)} values={shlex.quote(' '.join(names))}",
        *_bash_values(usage.reader),
        "            ;;",
    ]
    return _BASH.format(
        made=_MADE.format("bash", "bash"),
        one="|".join(_valued(usage, 1)),
        two="|".join(_valued(usage, 2)),
        commands="|".join(names),
        cases="\n".join([*start, *(line for command in usage.commands for line in _bash_case(command))]),
        fallback=_BASH_FALLBACK,
    )


def _bash_case(command: Command) -> Iterator[str]:
    yield f"        {command.name})"
    yield f"            options={shlex.quote(_names(command.options))}"
    for place, word in enumerate(command.words):
        if word.choices:
            yield f"            ((given == {place})) && values={shlex.quote(' '.join(word.choices))}"
        if word.place:
            at = f"given >= {place}" if word.many else f"given == {place}"
            yield f"            (({at})) && [[ $current != -* ]] && files={word.place}"
    yield from _bash_values(command)
    yield "            ;;"


def _bash_values(command: Command) -> Iterator[str]:
    yield "            case $before in"
    for option in command.options:
        if option.values:
            known = f"values={shlex.quote(' '.join(option.choices))} " if option.choices else "values= "
            yield f"                {'|'.join(option.names)}) {known}options= files={option.place} ;;"
    yield "            esac"


# zsh ------------------------------------------------------------------------------------------------------------------

_ZSH = r"""#compdef feedreader
# {made}
_feedreader() {{
    local curcontext=$curcontext state line
    typeset -A opt_args
    local -a commands=(
{commands}
    )
    _arguments -C \
{first} \
        '1: :->command' \
        '*:: :->words'
    case $state in
        command)
            _describe -t commands command commands
            _files
            ;;
        words)
            case $words[1] in
{cases}
                *) _files ;;
            esac
            ;;
    esac
}}
if [[ $funcstack[1] == _feedreader ]]; then
    _feedreader "$@"
else
    compdef _feedreader feedreader
fi
"""


def zsh(usage: Usage) -> str:
    """The script for zsh: a file for $fpath, which can also be sourced."""
    commands = (shlex.quote(f"{command.name}:{command.help}") for command in usage.commands)
    return _ZSH.format(
        made=_MADE.format("zsh", "zsh"),
        commands="\n".join(f"        {command}" for command in commands),
        first=" \\\n".join(f"        {spec}" for spec in _zsh_specs((*usage.options, *usage.reader.options))),
        cases="\n".join(_zsh_case(command) for command in usage.commands),
    )


def _zsh_case(command: Command) -> str:
    specs = [*_zsh_specs(command.options), *(_zsh_word(*numbered) for numbered in enumerate(command.words, 1))]
    arguments = " \\\n".join(f"                        {spec}" for spec in specs)
    return f"                {command.name})\n                    _arguments \\\n{arguments} ;;"


def _zsh_specs(options: Iterable[Argument]) -> Iterator[str]:
    seen = set[str]()
    for option in options:
        if seen.isdisjoint(option.names):
            seen.update(option.names)
            others = f"({' '.join(option.names)})" if len(option.names) > 1 else ""
            values = "".join(f":{_zsh_text(value)}:{_zsh_action(option)}" for value in option.values)
            for name in option.names:
                yield shlex.quote(f"{others}{name}[{_zsh_text(option.help)}]{values}")


def _zsh_word(number: int, word: Argument) -> str:
    place = "*" if word.many else str(number)
    return shlex.quote(f"{place}:{_zsh_text(word.values[0])}:{_zsh_action(word)}")


def _zsh_action(argument: Argument) -> str:
    if argument.choices:
        return f"({' '.join(argument.choices)})"
    return {FILES: "_files", FOLDERS: "_files -/"}.get(argument.place, " ")


def _zsh_text(text: str) -> str:
    return "".join(f"\\{character}" if character in "[]:\\" else character for character in text)


# fish -----------------------------------------------------------------------------------------------------------------

_FISH = r"""# {made}
function __feedreader_command
    for word in (commandline -opc)[2..]
        if contains -- $word {commands}
            echo $word
            return
        end
    end
end

function __feedreader_in
    set -l command (__feedreader_command)
    test "$command" = "$argv"
end

complete -c feedreader -f
{lines}
"""


def fish(usage: Usage) -> str:
    """The script for fish."""
    lines = [_fish("", "-F"), *(_fish("", f"-a {command.name}", command.help) for command in usage.commands)]
    lines += _fish_options("", (*usage.options, *usage.reader.options))
    for command in usage.commands:
        lines += _fish_options(command.name, command.options)
        for word in command.words:
            if word.choices:
                choices = " ".join(word.choices)
                lines.append(_fish(command.name, f"-a {shlex.quote(choices)}", unless=choices))
            if word.place:
                lines.append(_fish(command.name, "-F"))
    names = " ".join(command.name for command in usage.commands)
    return _FISH.format(made=_MADE.format("fish", "fish"), commands=names, lines="\n".join(lines))


def _fish_options(command: str, options: Iterable[Argument]) -> Iterator[str]:
    seen = set[str]()
    for option in options:
        if not seen.isdisjoint(option.names):
            continue
        seen.update(option.names)
        parts = [f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names]
        if option.values:
            parts.append("-r -F" if option.place == FILES else "-x")
        if option.choices:
            parts.append(f"-a {shlex.quote(' '.join(option.choices))}")
        if option.place == FOLDERS:
            parts.append("-a '(__fish_complete_directories)'")
        yield _fish(command, " ".join(parts), option.help)


def _fish(command: str, what: str, help: str = "", *, unless: str = "") -> str:
    where = f"__feedreader_in {command}" + (f"; and not __fish_seen_subcommand_from {unless}" if unless else "")
    text = help.replace("\\", "\\\\").replace("'", "\\'")
    return f"complete -c feedreader -n '{where}' {what}" + (f" -d '{text}'" if help else "")


SCRIPTS: Mapping[str, Callable[[Usage], str]] = {"bash": bash, "zsh": zsh, "fish": fish}
