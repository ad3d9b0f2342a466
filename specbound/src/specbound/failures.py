"""What ends a command: a failure that a person can do something about. Never in the zip."""


class Failed(Exception):
    """A command cannot go on. The message says why, and the way out, in a line or two."""
