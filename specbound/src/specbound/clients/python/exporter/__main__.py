"""`python -m <client>.exporter`: the command, or what it takes to have it."""

import sys

try:
    from .command import main
except ModuleNotFoundError as missing:
    if missing.name != "fcntl":
        raise
    sys.exit("The export runs on Linux and macOS; on Windows, run it in WSL.")

if __name__ == "__main__":
    sys.exit(main())
