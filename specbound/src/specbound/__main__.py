"""`python -m specbound`: the command, where no `specbound` is on the path."""

import sys

from specbound.cli import main

if __name__ == "__main__":
    sys.exit(main())
