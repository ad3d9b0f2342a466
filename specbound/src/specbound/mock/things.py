"""Things: what a new one is, and what becomes of one that is changed, by a request."""

from collections.abc import Collection, Mapping
from typing import Any

from specbound.contract import Operation
from specbound.messages import MERGE_PATCH, Request
from specbound.mock.families import Family
from specbound.mock.making import Unmade, made
from specbound.mock.merging import flat
from specbound.validation import Validator, is_hidden

Item = dict[str, Any]
# So many keys are made until one is free.
MOST_KEYS = 10_000


def new(family: Family, body: Any, taken: Collection[str], own: Mapping[str, Any]) -> Item:
    """What is required of a thing is made, and its key, which is none of those that are taken; what is given, or its
    `own` by where it is, is as it is given. Raises Unmade.
    """
    known = properties(family.item)
    number = len(taken) + 1
    required = required_of(family.item)
    item = {name: each for name, each in made(family.item, number=number).items() if name in required}
    item[family.key] = free_key(family, taken, number)
    for name, each in ({name: each for name, each in given(body, known).items() if name in known} | {**own}).items():
        changed = item | {name: each}
        # What a thing can't be shown with stays as it was made.
        if name in known and (family.item.is_valid(changed) or not family.item.is_valid(item)):
            item = changed
    return item


def changed(family: Family, operation: Operation, request: Request, item: Item) -> Item:
    """A thing after a PUT or a PATCH: what is given is set, and of a PUT whose body has to have all that can be given
    the rest is gone. Of a merge patch a null takes a member away (RFC 7396)."""
    known = properties(family.item)
    set_ = {name: each for name, each in given(request.body, known).items() if name in known and name != family.key}
    kept = dict(item)
    bodies = [each.validator for each in operation.body.content if each.validator] if operation.body else []
    if request.media_type == MERGE_PATCH:
        kept = {name: each for name, each in kept.items() if set_.get(name, "") is not None}
        set_ = {name: each for name, each in set_.items() if each is not None}
    elif bodies:
        settable = {*properties(bodies[0])}
        if required_of(bodies[0]) >= required_of(family.item) & settable and settable:
            kept = {name: each for name, each in item.items() if name not in settable or name == family.key}
    after = kept | set_
    return after if family.item.is_valid(after) else item | set_ if family.item.is_valid(item | set_) else item


def fitted(family: Family, item: Item) -> Item | None:
    """A thing of before as the contract has it now, with what is required of it made where it lacks it; None for one
    that can't be made to fit."""
    known, required = properties(family.item), required_of(family.item)
    own = {name: each for name, each in item.items() if name in known}
    try:
        whole = {name: each for name, each in made(family.item).items() if name in required} | own
    except Unmade:
        whole = own
    found = next((each for each in (item, own, whole) if family.item.is_valid(each)), None)
    return found if found is not None and family.key in found else None


def free_key(family: Family, taken: Collection[str], number: int) -> Any:
    """A key that no thing has, as text. Raises Unmade."""
    schema = properties(family.item)[family.key]
    bare = {name: each for name, each in schema.items() if name not in ("example", "examples")}
    validator = Validator(bare, family.item.definitions)
    for each in range(number, number + MOST_KEYS):
        key = made(validator, family.key, each)
        if str(key) not in taken:
            return key
    raise Unmade


def properties(validator: Validator) -> Mapping[str, Any]:
    """The schemas of the members that are shown."""
    found = flat(validator.schema, validator.definitions).get("properties", {})
    return {name: each for name, each in found.items() if isinstance(each, Mapping) and not is_hidden(each)}


def required_of(validator: Validator) -> set[str]:
    return {*flat(validator.schema, validator.definitions).get("required", ())}


def given(body: Any, known: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a body says of a thing: it is that, or has it as its only member."""
    if not isinstance(body, dict):
        return {}
    if len(body) == 1:
        [(name, inner)] = body.items()
        if isinstance(inner, dict) and name not in known:
            return inner
    return body
