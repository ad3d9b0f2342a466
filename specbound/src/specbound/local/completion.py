"""Completion of the command in a shell, `specbound completion`: a script made of what the command takes.

It is made once and for all, so that no Python starts whenever somebody presses the key.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import shtab

from specbound.cli import parser

FOLDER = "FOLDER"
FILE = ("FILE", "CONTRACT", "BASE")


def run(shell: str) -> None:
    """Print the script for bash, zsh or fish."""
    command = parser()
    for action in _actions(command):
        if action.type is Path or action.metavar in FILE:
            action.complete = shtab.DIRECTORY if action.metavar == FOLDER else shtab.FILE  # type: ignore[attr-defined]
    print(shtab.complete(command, shell=shell))


def _actions(command: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in command._actions:  # argparse says it in no other way
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from _actions(each)
        else:
            yield action
