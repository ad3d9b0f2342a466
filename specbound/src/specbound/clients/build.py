"""`python -m specbound.clients.build`: the contract's clients, a wheel and an npm tarball, into build/sdk/."""

import argparse
import shutil
from pathlib import Path

from specbound.clients import python_client, typescript_client
from specbound.compiler.document import CONTRACT, ROOT, load


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contract", type=Path, default=CONTRACT)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "sdk")
    arguments = parser.parse_args()
    document = load(arguments.contract)
    shutil.rmtree(arguments.out, ignore_errors=True)
    print(python_client.build(document, arguments.out))
    if shutil.which("npm"):
        print(typescript_client.build(arguments.contract, document, arguments.out))
    else:
        print("Node is not installed: the TypeScript client was not built.")


if __name__ == "__main__":
    main()
