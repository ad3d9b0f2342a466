"""Generic classes, whose parameters have defaults: to type checkers they are typing's, at run time they are plain ones.

Before Python 3.13 defaults need typing_extensions, which takes a fiftieth of a start.
"""

from typing import TYPE_CHECKING, Any

__all__ = ["Generic", "TypeVar"]

if TYPE_CHECKING:
    from typing import Generic

    from typing_extensions import TypeVar
else:

    class TypeVar:
        def __init__(self, *_: Any, **__: Any) -> None:
            """What it is called and bound to is for type checkers."""

    class Generic:
        def __class_getitem__(cls, _: Any) -> type:
            """The class itself, whatever its parameters are."""
            return cls
