"""Shapes of what a resource reads and answers, for type checkers: at run time they are plain dictionaries.

Members are read-only and objects closed, as in the types that the compiler writes of a contract, so what the engine
makes is taken wherever a contract promises no less.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Generic, Literal, NotRequired

from typing_extensions import ReadOnly, TypedDict, TypeVar

from specbound.messages import Response
from specbound.store.writes import Write

BodyT = TypeVar("BodyT")
ItemT = TypeVar("ItemT")

# What an index groups by, or is in the order of.
Group = str | int | Decimal | bool
Ok = Literal[HTTPStatus.OK]
NotModified = Response[Literal[HTTPStatus.NOT_MODIFIED], None]
# Writes that are done with a new item, made of what it was made of and of the item; or with one that goes.
Beside = Callable[[BodyT, ItemT], Sequence[Write]]
BesideRemoval = Callable[[ItemT], Sequence[Write]]

Conditional = TypedDict("Conditional", {"If-None-Match": NotRequired[ReadOnly[str]]})


class Listing(TypedDict):
    """The parameters of a list."""

    limit: ReadOnly[int]
    nextToken: NotRequired[ReadOnly[str]]


class Limits(TypedDict, total=False):
    """Limits of what a list is in the order of."""

    at_least: ReadOnly[Group]
    above: ReadOnly[Group]
    at_most: ReadOnly[Group]
    below: ReadOnly[Group]
    exactly: ReadOnly[Group]


class Whole(TypedDict, Generic[ItemT], closed=True):
    """All that there is, in one page."""

    items: ReadOnly[list[ItemT]]
    count: ReadOnly[int]


class Page(TypedDict, Generic[ItemT], closed=True):
    """One page of a list; the last one has no `nextToken`."""

    items: ReadOnly[list[ItemT]]
    count: ReadOnly[int]
    nextToken: NotRequired[ReadOnly[str]]


class Batch(TypedDict, Generic[BodyT]):
    """What many are to be created of."""

    items: ReadOnly[list[BodyT]]


class Results(TypedDict, closed=True):
    """What became of each; the member that holds one that was created has the resource's name."""

    results: ReadOnly[list[Any]]
    created: ReadOnly[int]
    failed: ReadOnly[int]
