"""`specbound export`: the export of this service's Python client, as its users have it."""

from collections.abc import Sequence
from typing import NoReturn

from specbound.clients import importing


def run(arguments: Sequence[str] = (), options: Sequence[str] = ()) -> NoReturn:
    """Become the export command, with `[FILE [API_URL [KIND]]]` or the variables of these names, and API_TOKEN.

    `options` are the command's own.

    The exit status is 0 if all of the list is in the file, and 1 with a sentence on stderr otherwise. Raises Failed if
    this folder has no contract that can be read.
    """
    importing.become("export", [*options, *arguments])
