"""Schemas of a contract: what contains itself, what is for one side, what picks an alternative, what is filled in."""

from decimal import Decimal

import pytest

from specbound.compiler.document import Refused
from specbound.compiler.schemas import REPLY, REQUEST, Schemas
from specbound.validation import DEEPEST, Validator

TEXT = {"type": "string"}


def reference(name):
    return {"$ref": f"#/components/schemas/{name}"}


NODE = {"type": "object", "required": ["name"], "properties": {"name": TEXT, "next": reference("Node")}}
CAT = {"type": "object", "properties": {"kind": TEXT, "lives": {"type": "integer"}}}
DOG = {"type": "object", "properties": {"kind": TEXT, "tricks": {"type": "array", "items": TEXT}}}


def contract(version="3.0.3", **schemas):
    return {"openapi": version, "components": {"schemas": schemas}}


def validator(document, name, side=""):
    return Schemas(document).validator(reference(name), "here", side)


def said(document, name, value, side=""):
    found = validator(document, name, side).violations(value)
    return {"/".join(map(str, path)): sentence for path, sentence in found}


def filled(document, name, value):
    schemas = Schemas(document)
    number = schemas.number(reference(name), "here", REQUEST)
    assert schemas.has_defaults(number)
    found = Validator(schemas.all[number], schemas.definitions if number in schemas.referring else {})
    assert found.is_valid(value)
    return found.filled(value)


# What contains itself.


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_schema_may_contain_itself(version):
    document = contract(version, Node=NODE)

    assert said(document, "Node", {"name": "a", "next": {"name": "b"}}) == {}
    assert said(document, "Node", {"name": "a", "next": {"name": "b", "next": {}}}) == {"next/next/name": "is required"}


def test_schemas_may_contain_each_other():
    tree = {"type": "object", "properties": {"leaves": {"type": "array", "items": reference("Leaf")}}}
    document = contract(Tree=tree, Leaf={"anyOf": [TEXT, reference("Tree")]})

    assert said(document, "Tree", {"leaves": ["a", {"leaves": []}]}) == {}
    assert said(document, "Tree", {"leaves": [1]}) == {
        "leaves/0": "must either be a string, or be as the contract describes Tree"
    }


@pytest.mark.parametrize(
    "schemas",
    [
        {"Node": reference("Node")},
        {"Node": {"allOf": [reference("Other")]}, "Other": {"anyOf": [TEXT, reference("Node")]}},
        {"Node": {"properties": {"a": reference("Other")}}, "Other": {"not": reference("Other")}},
    ],
)
def test_a_schema_that_is_nothing_but_itself_is_a_mistake(schemas):
    with pytest.raises(Refused, match="is described by nothing but itself"):
        validator(contract(**schemas), "Node")


def nested(levels):
    value = {"name": "a"}
    for _ in range(levels - 1):
        value = {"name": "a", "next": value}
    return value


def test_values_within_values_without_end_are_refused_and_never_followed():
    found = validator(contract(Node=NODE), "Node")

    assert found.is_valid(nested(DEEPEST))
    assert not found.is_valid(nested(DEEPEST + 1))
    assert not found.is_valid(nested(100_000))


def test_a_chain_of_references_may_be_long():
    chain = {f"N{number}": {"properties": {"a": reference(f"N{number + 1}")}} for number in range(2000)}
    document = contract(**chain, N2000=TEXT)

    assert validator(document, "N0").is_valid({"a": {"a": {"a": {}}}})
    assert not validator(document, "N1998").is_valid({"a": {"a": 1}})


def test_what_is_large_and_referred_to_often_is_there_once():
    wide = {"type": "object", "properties": {f"p{number}": TEXT for number in range(400)}}
    many = {"properties": {f"m{number}": reference("Wide") for number in range(50)}}
    schemas = Schemas(contract(Wide=wide, Many=many))

    number = schemas.number(reference("Many"), "here")

    assert (schemas.referring, list(schemas.definitions)) == ([number], ["Wide"])
    assert len(str(schemas.all)) < len(str(wide))


# Read-only and write-only.


ACCOUNT = {
    "type": "object",
    "required": ["id", "name", "password"],
    "additionalProperties": False,
    "properties": {"id": TEXT | {"readOnly": True}, "name": TEXT, "password": TEXT | {"writeOnly": True}},
}


def test_a_request_leaves_out_what_is_read_only():
    document = contract(Account=ACCOUNT)

    assert said(document, "Account", {"name": "a", "password": "b"}, REQUEST) == {}
    assert said(document, "Account", {"id": "1", "name": "a", "password": "b"}, REQUEST) == {
        "id": "must be left out: it is read-only, and only replies have it"
    }
    assert said(document, "Account", {"name": "a"}, REQUEST) == {"password": "is required"}


def test_a_reply_leaves_out_what_is_write_only():
    document = contract(Account=ACCOUNT)

    assert said(document, "Account", {"id": "1", "name": "a"}, REPLY) == {}
    assert said(document, "Account", {"id": "1", "name": "a", "password": "b"}, REPLY) == {
        "password": "must be left out: it is write-only, and only requests have it"
    }
    assert said(document, "Account", {"name": "a"}, REPLY) == {"id": "is required"}


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [reference("Base"), {"required": ["id"]}]},
        {"required": ["id"], "properties": {"id": reference("Id")}},
        {"required": ["id"], "properties": {"id": {"allOf": [TEXT], "readOnly": True}}},
        {"anyOf": [{"required": ["id"]}], "allOf": [reference("Base")]},
    ],
)
def test_it_is_read_only_wherever_that_is_said(schema):
    base = {"properties": {"id": TEXT | {"readOnly": True}}}
    document = contract(Case=schema, Base=base, Id=TEXT | {"readOnly": True})

    assert said(document, "Case", {}, REQUEST) == {}
    assert "id" in said(document, "Case", {"id": "1"}, REQUEST)
    assert said(document, "Case", {"id": "1"}, REPLY) == {}
    assert said(document, "Case", {}, REPLY) != {}


def test_what_is_read_only_is_so_within_what_contains_itself():
    node = {"properties": {"id": TEXT | {"readOnly": True}, "next": reference("Node")}, "required": ["id"]}
    document = contract(Node=node)

    assert said(document, "Node", {"next": {"next": {}}}, REQUEST) == {}
    assert list(said(document, "Node", {"next": {"id": "1"}}, REQUEST)) == ["next/id"]
    assert said(document, "Node", {"id": "1", "next": {}}, REPLY) == {"next/id": "is required"}


# Discriminators.


def pets(**discriminator):
    pet = {"oneOf": [reference("Cat"), reference("Dog")], "discriminator": {"propertyName": "kind"} | discriminator}
    return contract(Pet=pet, Cat=dict(CAT), Dog=DOG)


def test_a_discriminator_picks_the_alternative_by_its_name():
    assert said(pets(), "Pet", {"kind": "Cat", "lives": 9}) == {}
    assert said(pets(), "Pet", {"kind": "Cat", "lives": "9"}) == {"lives": "must be a whole number"}
    assert said(pets(), "Pet", {"kind": "Dog", "lives": "9", "tricks": [1]}) == {"tricks/0": "must be a string"}
    assert said(pets(), "Pet", {"kind": "Cow"}) == {"kind": "must be one of Cat, Dog"}
    assert said(pets(), "Pet", {"lives": 9}) == {"kind": "is required"}
    assert said(pets(), "Pet", 1) == {"": "must be an object"}


def test_a_discriminator_picks_by_its_mapping():
    document = pets(mapping={"c": "#/components/schemas/Cat", "d": "Dog", "e": "Dog"})

    assert said(document, "Pet", {"kind": "c", "lives": "9"}) == {"lives": "must be a whole number"}
    assert said(document, "Pet", {"kind": "e", "tricks": 1}) == {"tricks": "must be a list"}
    assert said(document, "Pet", {"kind": "Cat"}) == {}


def test_a_discriminator_of_a_base_picks_what_has_it_as_a_part():
    base = {"type": "object", "required": ["kind"], "properties": {"kind": TEXT, "name": TEXT}}
    document = contract(
        Pet=base | {"discriminator": {"propertyName": "kind"}},
        Cat={"allOf": [reference("Pet"), CAT]},
        Lion={"allOf": [reference("Cat"), {"required": ["mane"]}]},
    )

    assert said(document, "Pet", {"kind": "Pet", "name": "a"}) == {}
    assert said(document, "Pet", {"kind": "Cat", "lives": "9"}) == {"lives": "must be a whole number"}
    assert said(document, "Pet", {"kind": "Lion", "lives": 9}) == {"mane": "is required"}
    assert said(document, "Pet", {"kind": "Cow"}) == {"kind": "must be one of Cat, Lion, Pet"}
    assert said(document, "Cat", {"kind": "Cat", "name": 1}) == {"name": "must be a string"}


def test_an_alternative_may_have_what_picks_it_as_a_part():
    document = pets()
    document["components"]["schemas"]["Pet"]["properties"] = {"name": TEXT}
    document["components"]["schemas"]["Cat"] = {"allOf": [reference("Pet"), CAT]}

    assert "name" in said(document, "Pet", {"kind": "Cat", "name": 1})
    assert said(document, "Cat", {"kind": "Cat", "lives": "9"}) == {"lives": "must be a whole number"}


def test_a_discriminator_may_let_null_through():
    document = pets()
    document["components"]["schemas"]["Pet"]["nullable"] = True
    typed = pets()
    typed["components"]["schemas"]["Pet"] |= {"nullable": True, "type": "object"}

    for each in (document, typed):
        assert said(each, "Pet", None) == {}
        assert said(each, "Pet", {"kind": "Cow"}) != {}


def test_a_discriminator_that_picks_nothing_describes():
    document = contract(Pet=CAT | {"discriminator": {"propertyName": "kind"}})

    assert said(document, "Pet", {"kind": "anything"}) == {}


# Null.


@pytest.mark.parametrize("group", ["allOf", "anyOf", "oneOf"])
def test_null_is_let_through_beside_a_reference(group):
    found = validator(
        contract(Case={"nullable": True, "description": "Or none.", group: [reference("Cat")]}, Cat=CAT), "Case"
    )

    assert found.is_valid(None)
    assert found.is_valid({"lives": 9})
    assert not found.is_valid({"lives": "9"})


def test_null_is_in_an_enum_only_if_it_is_there():
    assert not validator(contract(Case=TEXT | {"nullable": True, "enum": ["a"]}), "Case").is_valid(None)
    assert validator(contract(Case={"nullable": True, "enum": ["a", None]}), "Case").is_valid(None)


def test_openapi_3_0_ignores_what_stands_beside_a_reference_and_3_1_does_not():
    beside = reference("Text") | {"maxLength": 1}

    assert validator(contract(Case=beside, Text=TEXT), "Case").is_valid("ab")
    assert not validator(contract("3.1.0", Case=beside, Text=TEXT), "Case").is_valid("ab")
    assert not validator(contract("3.1.0", Case=beside, Text=TEXT), "Case").is_valid(1)


# Defaults.


def test_defaults_are_filled_in_at_any_depth():
    order = {
        "type": "object",
        "properties": {
            "colour": TEXT | {"default": "grey"},
            "size": {"type": "object", "default": {}, "properties": {"width": {"type": "number", "default": 0.1}}},
            "lines": {"type": "array", "items": reference("Line")},
            "ship": reference("Ship"),
            "more": {"type": "object", "additionalProperties": reference("Line")},
        },
    }
    line = {"type": "object", "properties": {"count": {"type": "integer", "default": 1}}}
    document = contract(Order=order, Line=line, Ship=TEXT | {"default": "slow"})
    value = {"lines": [{}, {"count": 2}], "more": {"a": {}}}

    assert filled(document, "Order", value) == {
        "colour": "grey",
        "size": {"width": Decimal("0.1")},
        "lines": [{"count": 1}, {"count": 2}],
        "ship": "slow",
        "more": {"a": {"count": 1}},
    }
    assert value == {"lines": [{}, {"count": 2}], "more": {"a": {}}}


def test_defaults_are_filled_in_through_parts_and_what_contains_itself():
    node = {"allOf": [{"properties": {"n": {"default": 0}}}, {"properties": {"next": reference("Node")}}]}

    assert filled(contract(Node=node), "Node", {"next": {"n": 1, "next": {}}}) == {
        "n": 0,
        "next": {"n": 1, "next": {"n": 0}},
    }


def test_defaults_of_an_alternative_are_filled_in_if_it_is_the_only_one():
    count = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}, "unit": {"default": "kg"}}}
    word = {"type": "object", "required": ["w"], "properties": {"w": TEXT, "unit": {"default": "en"}}}

    for group in ("oneOf", "anyOf"):
        document = contract(Case={group: [count, word]})
        assert filled(document, "Case", {"n": 1}) == {"n": 1, "unit": "kg"}
        assert filled(document, "Case", {"w": ""}) == {"w": "", "unit": "en"}
    assert filled(contract(Case={"anyOf": [count, word]}), "Case", {"n": 1, "w": ""}) == {"n": 1, "w": ""}


def test_defaults_of_what_a_discriminator_picks_are_filled_in():
    document = pets()
    document["components"]["schemas"]["Cat"]["properties"] = {"lives": {"default": 9}}

    assert filled(document, "Pet", {"kind": "Cat"}) == {"kind": "Cat", "lives": 9}
    assert filled(document, "Pet", {"kind": "Dog"}) == {"kind": "Dog"}


def test_each_body_has_defaults_of_its_own():
    schemas = Schemas(contract(Case={"properties": {"tags": {"type": "array", "default": []}}}))
    found = Validator(schemas.all[schemas.number(reference("Case"), "here", REQUEST)])

    found.filled({})["tags"].append("a")

    assert found.filled({}) == {"tags": []}


# Dialects, and names within schemas.


def test_an_id_and_an_anchor_lead_to_what_they_name():
    document = contract(
        "3.1.0",
        Case={"$ref": "https://example.com/text#short"},
        Text={"$id": "https://example.com/text", "$defs": {"a": {"$anchor": "short", "maxLength": 1}}},
    )

    assert validator(document, "Case").is_valid("a")
    assert not validator(document, "Case").is_valid("ab")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (contract("3.1.0", Case={}) | {"jsonSchemaDialect": "https://example.com/own"}, "jsonSchemaDialect https://ex"),
        (contract("3.1.0", Case={"$schema": "http://json-schema.org/draft-07/schema#"}), "is another dialect than"),
        (contract("3.1.0", Case={"$ref": "#nowhere"}), "leads nowhere"),
        (contract("3.1.0", Case={"type": "text"}), "type"),
        (contract("3.1.0", Case={"minLength": -1}), "minLength"),
        (contract("3.1.0", Case={"properties": []}), "properties must be schemas by their names"),
        (contract("3.1.0", Case={"properties": {"a": 1}}), "properties must be schemas by their names"),
        (contract("3.1.0", Case={"allOf": {}}), "allOf must be a list of schemas"),
        (contract("3.1.0", Case={"allOf": [None]}), "allOf must be a list of schemas"),
        (contract("3.1.0", Case={"items": [1]}), "items must be a schema"),
        (contract("3.1.0", Case={"required": "a"}), "required must be a list"),
        (contract("3.1.0", Case={"pattern": 1}), "pattern must be a string"),
        (contract("3.1.0", Case={"discriminator": {}}), "discriminator must have a propertyName"),
        (contract("3.1.0", Case={"type": {"a": 1}}), "type must be a type"),
        (contract("3.1.0", Case={"required": [1]}), "required"),
        (contract("3.1.0", Case={"format": "int8", "minimum": "1"}), "minimum"),
    ],
)
def test_what_is_no_schema_of_openapi_3_1_is_refused(document, message):
    with pytest.raises(Refused, match=message):
        validator(document, "Case")


def test_an_unknown_keyword_says_nothing():
    assert validator(contract("3.1.0", Case={"maximumLength": 1}), "Case").is_valid("ab")


# Patterns.


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"^\d{2}\/\d{2}$", "12/34", "1234"),
        (r"^[\w\-.]+$", "a-b.c", "a b"),
        (r"^\p{Lu}", "\xc9", "\xe9"),
        (r"^\u00e9$", "\xe9", "e"),
        (r"^\uD83D\uDE00$", "\N{GRINNING FACE}", "a"),
        ("^a{$", "a{", "a"),
        ("^{a}$", "{a}", "a"),
        ("^a{,2}$", "a{,2}", "aa"),
        ("^[^]$", "\n", ""),
        ("^[[]$", "[", "a"),
        ("^[a&&b]+$", "a&b", "c"),
        (r"^\$\{x\}$", "${x}", "x"),
        ("^(?!x)[a-z]+$", "ab", "xa"),
        (r"^(a|b)\1$", "aa", "ab"),
        ("^(?<y>[0-9]+)$", "12", "a"),
        ("^.{1,2000}$", "a", ""),
        (r"^\S+@\S+$", "a@b", "a b"),
    ],
)
def test_a_pattern_means_what_it_means_in_ecma_262(pattern, good, bad):
    found = validator(contract(Case=TEXT | {"pattern": pattern}), "Case")

    assert found.is_valid(good)
    assert not found.is_valid(bad)


def test_a_text_for_which_a_pattern_goes_back_too_often_is_refused():
    found = validator(contract(Case=TEXT | {"pattern": "^((?:(?=a)a|aa)+$|a)"}), "Case")

    assert found.is_valid("aaaaab")
    # The second way fits as well, but is never come to.
    assert not found.is_valid("a" * 28 + "b")


def test_a_pattern_that_goes_back_ends_all_the_same():
    found = validator(contract(Case=TEXT | {"pattern": "^(?=(a+)+$)a"}), "Case")

    assert found.is_valid("aa")
    assert not found.is_valid("a" * 5000 + "b")
