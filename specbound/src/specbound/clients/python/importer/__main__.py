"""`python -m <client>.importer`: the command, or what it takes to have it."""

import sys

_CLIENT = str(__package__).partition(".")[0]
_NEEDED = {
    "tqdm": f"The import needs tqdm, which is not installed: pip install '{_CLIENT.replace('_', '-')}[import]'",
    "fcntl": "The import runs on Linux and macOS; on Windows, run it in WSL.",
}

try:
    from .command import main
except ModuleNotFoundError as missing:
    if missing.name not in _NEEDED:
        raise
    sys.exit(_NEEDED[missing.name])

if __name__ == "__main__":
    sys.exit(main())
