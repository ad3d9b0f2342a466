"""Why an import or an export can't start or go on, in a sentence for the person who started it."""


class Stopped(Exception):
    """The message says what is the matter and what to do about it."""
