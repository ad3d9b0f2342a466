"""The slow tests of the service and of the engine side by side: both mostly wait, for Terraform and for MiniStack.

What the engine's print is shown when they are done. Status 1 if any failed.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTEST = [sys.executable, "-m", "pytest", "-m", "slow", "--durations=20", "--durations-min=20"]


def main() -> int:
    log = ROOT / "build" / "slow-engine.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as output:
        engine = subprocess.Popen(PYTEST, cwd=ROOT / "specbound", stdout=output, stderr=subprocess.STDOUT)
    try:
        service = subprocess.run(PYTEST, cwd=ROOT, check=False).returncode
        print("The engine's slow tests:", flush=True)
        status = engine.wait()
    except KeyboardInterrupt:
        engine.terminate()
        engine.wait()
        raise
    print(log.read_text(encoding="utf-8", errors="replace"), flush=True)
    return int(bool(service or status))


if __name__ == "__main__":
    sys.exit(main())
