"""Snapshots (Lambda SnapStart): what many instances that are restored from one must not have in common.

Loaded only in a function whose start becomes a snapshot.
https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
"""

import random
from collections.abc import Callable


def renew(forget: Callable[[], None]) -> None:
    """Once restored, each instance pauses by chances of its own, and does without connections of before: `forget`.

    Where Lambda's runtime has no such hooks, what the first call does has to do.
    """
    try:
        from snapshot_restore_py import register_after_restore  # noqa: PLC0415  # the runtime brings it
    except ModuleNotFoundError:
        return
    register_after_restore(random.seed)
    register_after_restore(forget)
