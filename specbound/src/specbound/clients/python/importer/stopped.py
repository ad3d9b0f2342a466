"""Why an import can't start or go on, in a sentence for the person who started it."""


class ImportStopped(Exception):
    """The message says what is the matter and what to do about it."""
