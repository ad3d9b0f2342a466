"""Clock steps: a function process whose time of day is moved, by a library that is loaded before the C library."""

import ctypes
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from secrets import token_hex

SOURCE = Path(__file__).with_name("clock.c")
BUILT = Path("build/histories/clock.so")


def environment() -> dict[str, str]:
    """What lets a process have a clock that can be moved; nothing where there is no Linux or no C compiler."""
    compiler = shutil.which("cc") if sys.platform == "linux" else None
    if compiler is None:
        return {}
    if not BUILT.exists() or BUILT.stat().st_mtime < SOURCE.stat().st_mtime:
        BUILT.parent.mkdir(parents=True, exist_ok=True)
        new = BUILT.with_suffix(f".{token_hex(8)}.so")
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", new, SOURCE, "-ldl"], check=True)
        new.replace(BUILT)
    return {"LD_PRELOAD": str(BUILT.resolve())}


def move(seconds: float) -> None:
    """From here on this process's time of day is so many seconds off."""
    step = _step()
    if step is not None:
        step.value = int(seconds * 1_000_000_000)


@cache
def _step() -> ctypes.c_int64 | None:
    try:
        return ctypes.c_int64.in_dll(ctypes.CDLL(None), "clock_step_ns")
    except ValueError:
        return None
