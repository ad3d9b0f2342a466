"""Classes that cost a start little: records, which are frozen and have named values, and generic ones.

A record is as a dataclass, but its code is made when the first of its kind is: a start makes thirty classes, needs half
of them, and as dataclasses they would be a tenth of it. Before Python 3.13 defaults of type variables need
typing_extensions, of which there is no need at run time.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, dataclass_transform

if TYPE_CHECKING:
    from typing import Generic

    from typing_extensions import TypeVar
else:
    import typing

    def TypeVar(name: str, **_: Any) -> Any:
        """What it is bound to, and its default, are for type checkers."""
        return typing.TypeVar(name)

    class Generic:
        def __class_getitem__(cls, _: Any) -> type:
            """The class itself, whatever its parameters are."""
            return cls


__all__ = ["Generic", "TypeVar", "identity", "record", "replaced"]
T = TypeVar("T")
_set = object.__setattr__


@dataclass_transform(frozen_default=True)
def record(cls: type[T]) -> type[T]:
    """A class whose annotated names are what its instances are made of, by position or by name, and never change.

    Two are equal if all their values are. A default that is an empty dict is a new one for each.
    """
    cls.__eq__ = _equals  # type: ignore[method-assign]
    cls.__hash__ = _hash  # type: ignore[method-assign]
    return identity(cls)


@dataclass_transform(eq_default=False, frozen_default=True)
def identity(cls: type[T]) -> type[T]:
    """A record that is equal to itself alone."""
    own = {name: getattr(cls, name, _NEEDED) for name in cls.__annotations__}
    values: dict[str, Any] = {**getattr(cls, "__record__", {}), **own}

    def __init__(self: Any, *given: Any, **named: Any) -> None:
        _say(cls, __init__=_initial(cls, values))
        cls.__init__(self, *given, **named)

    _say(cls, __init__=__init__, __repr__=_repr, __setattr__=_refuse, __delattr__=_refuse)
    _say(cls, __record__=values, __match_args__=tuple(values), __dataclass_fields__=_FIELDS)
    return cls


def replaced(made: T, /, **values: Any) -> T:
    """The same record but for these values."""
    names: dict[str, Any] = type(made).__record__  # type: ignore[attr-defined]
    return type(made)(**{name: getattr(made, name) for name in names} | values)


class _Fields:
    """What `dataclasses` looks for, made when it does: its `replace`, `asdict` and the others take a record, too."""

    def __get__(self, made: object, cls: type) -> Any:
        from dataclasses import make_dataclass  # noqa: PLC0415  # a start does without it

        return make_dataclass(cls.__name__, cls.__record__).__dataclass_fields__  # type: ignore[attr-defined]


_FIELDS = _Fields()
# What stands for the default of a value that has none.
_NEEDED = object()


def _say(cls: type, **attributes: Any) -> None:
    for name, value in attributes.items():
        setattr(cls, name, value)


def _initial(cls: type, values: dict[str, Any]) -> Callable[..., None]:
    """The `__init__` of a class, as one would write it."""
    defaults = {f"_{name}": value for name, value in values.items() if value is not _NEEDED}
    given = [f"{name}=_{name}" if f"_{name}" in defaults else name for name in values]
    lines = [
        f"    _set(self, {name!r}, {{}} if {name} is _{name} else {name})"
        if values[name] == {} and isinstance(values[name], dict)
        else f"    _set(self, {name!r}, {name})"
        for name in values
    ]
    made: dict[str, Any] = {**defaults, "_set": _set}
    exec(f"def __init__({', '.join(['self', *given])}):\n" + "\n".join(lines or ["    pass"]), made)  # noqa: S102
    found: Callable[..., None] = made["__init__"]
    found.__qualname__ = f"{cls.__qualname__}.__init__"
    return found


def _values(made: Any) -> tuple[Any, ...]:
    return tuple(getattr(made, name) for name in type(made).__record__)


def _equals(self: Any, other: object) -> Any:
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _repr(self: Any) -> str:
    values = ", ".join(f"{name}={getattr(self, name)!r}" for name in type(self).__record__)
    return f"{type(self).__qualname__}({values})"


def _refuse(self: Any, name: str, *_: Any) -> None:
    raise AttributeError(f"{type(self).__qualname__} is frozen: {name} stays as it was made.")
