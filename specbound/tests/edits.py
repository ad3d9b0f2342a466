"""Changes of a contract, one of each kind, with whom each breaks.

The kinds are those of oasdiff's list of breaking changes (docs/BREAKING-CHANGES-EXAMPLES.md of oasdiff/oasdiff), as far
as OpenAPI 3.0 has them, and those of this engine's own extensions.
"""

import json
from collections.abc import Iterable
from typing import Any

from specbound.compiler.document import Document
from tests.changed import DROP, Change, said, without

LIST, CREATE = ("paths", "/boxes", "get"), ("paths", "/boxes", "post")
GET, PUT = ("paths", "/boxes/{boxId}", "get"), ("paths", "/boxes/{boxId}", "put")
SCHEMAS = ("components", "schemas")
NEW, BOX, QUESTION, ANSWER = ((*SCHEMAS, name, "properties") for name in ("NewBox", "Box", "Question", "Answer"))
OK = (*LIST, "responses", "200")
BODY = (*CREATE, "requestBody")
TABLE = ("x-dynamodb", "boxes")
INDEXES = (*TABLE, "global_secondary_indexes")
TEXT = {"type": "string", "maxLength": 10}
JSON = ("content", "application/json", "schema")
INDEX = {"range_key": "position", "projection": "ALL"}


def both(*changes: Change) -> Change:
    def change(contract: Document) -> None:
        for each in changes:
            each(contract)

    return change


def added(*steps: str, value: Any) -> Change:
    """One more in a list."""
    return lambda contract: at(contract, steps).append(value)


def removed(*steps: str, value: Any) -> Change:
    return lambda contract: at(contract, steps).remove(value)


def parameter(number: int, **changes: Any) -> Change:
    return said(*LIST, "parameters", str(number), **changes)


def at(contract: Any, steps: Iterable[str]) -> Any:
    for step in steps:
        contract = contract[int(step)] if isinstance(contract, list) else contract[step]
    return contract


def renamed(before: str, after: str) -> Change:
    """One text for another, wherever it is."""

    def change(contract: Document) -> None:
        text = json.dumps(contract).replace(before, after)
        contract.clear()
        contract.update(json.loads(text))

    return change


def moved(before: str, after: str, *steps: str) -> Change:
    def change(contract: Document) -> None:
        holder = at(contract, steps)
        holder[after] = holder.pop(before)

    return change


# Whom it breaks, `look` for what is only to be looked after; and words of one of the findings.
C, D, R, LOOK = "clients", "data", "rollback", "look"
EDITS: dict[str, tuple[Change, set[str], str]] = {
    # Operations and their names.
    "an operation is gone": (without("paths", "/boxes/{boxId}", "delete"), {C}, "DELETE /boxes/{boxId}: was"),
    "a path is gone": (without("paths", "/shapes"), {C}, "POST /shapes: was"),
    "a path is another": (moved("/shapes", "/forms", "paths"), {C}, "POST /shapes: was"),
    "a path parameter is called otherwise": (
        both(renamed("{boxId}", "{id}"), renamed('"boxId", "in"', '"id", "in"')),
        {C},
        'paths: "/boxes/{boxId}" → "/boxes/{id}"',
    ),
    "an operation is called otherwise": (
        said(*LIST, operationId="find_boxes"),
        {C},
        'operationId: "list_boxes" → "find_boxes"',
    ),
    "an operation is in another class": (said(*LIST, tags=["lists"]), {C}, 'tags: "boxes" → "lists"'),
    "an operation is in no class": (said(*LIST, tags=DROP), {C}, 'tags: was "boxes"'),
    "a further tag is gone": (said(*LIST, tags=["boxes"]), set(), ""),
    "another operation": (
        said(
            "paths",
            **{"/ping": {"get": {"operationId": "ping", "security": [], "responses": {"204": {"description": "."}}}}},
        ),
        set(),
        "",
    ),
    "a schema is called otherwise": (
        both(renamed("schemas/Size", "schemas/Extent"), moved("Size", "Extent", *SCHEMAS)),
        {C},
        "schemas Size: was",
    ),
    "another server beside": (added("servers", value={"url": "https://api.example.com"}), set(), ""),
    "another server instead": (said("servers", "0", url="https://api.example.com"), {C}, 'servers: was "/"'),
    # Security.
    "another scope": (
        said(*LIST, security=[{"oauth": ["boxes/list"]}]),
        {C, R},
        'security/oauth: "boxes/read" → "boxes/list"',
    ),
    "a scope where there was none": (
        said("paths", "/shapes", "post", security=[{"oauth": ["boxes/read"]}]),
        {C},
        'security: now {"oauth":["boxes/read"]}',
    ),
    "no scope any more": (said(*LIST, security=[]), {R}, 'GET /boxes security: was {"oauth":["boxes/read"]}'),
    "another kind of scheme": (
        said(
            "components",
            "securitySchemes",
            oauth={"type": "openIdConnect", "openIdConnectUrl": "https://issuer.example.com"},
        ),
        {C},
        'oauth/type: "oauth2" → "openIdConnect"',
    ),
    "a flow is gone": (
        both(
            said("components", "securitySchemes", "oauth", "flows", password={"tokenUrl": "/", "scopes": {}}),
            without("components", "securitySchemes", "oauth", "flows", "clientCredentials"),
        ),
        {C},
        "oauth/flows/clientCredentials: was",
    ),
    # Parameters.
    "a parameter is gone": (lambda c: at(c, LIST)["parameters"].pop(2), {C}, "GET /boxes parameters/colour: was"),
    "a parameter is elsewhere": (parameter(5, **{"in": "header"}), {C}, "parameters/since: was"),
    "one more parameter": (
        added(*LIST, "parameters", value={"name": "team", "in": "query", "schema": TEXT}),
        set(),
        "",
    ),
    "one more parameter that is required": (
        added(*LIST, "parameters", value={"name": "team", "in": "query", "required": True, "schema": TEXT}),
        {C},
        "GET /boxes parameters/team: now",
    ),
    "a parameter has to be there": (parameter(5, required=True), {C}, "parameters/since/required: false → true"),
    "a parameter may be left out": (parameter(4, required=False), set(), ""),
    "a parameter's type is another": (
        parameter(4, schema={"type": "integer"}),
        {C},
        'X-Team/schema/type: "string" → "integer"',
    ),
    "a parameter's format is another": (
        parameter(5, schema={"type": "string", "format": "date-time"}),
        {C},
        'since/schema/format: "date" → "date-time"',
    ),
    "a parameter's format is gone": (parameter(5, schema={"type": "string"}), set(), ""),
    "a parameter is shorter": (
        parameter(4, schema={"type": "string", "minLength": 2, "maxLength": 5}),
        {C},
        "X-Team/schema/maxLength: 10 → 5",
    ),
    "a parameter is longer at least": (
        parameter(4, schema={"type": "string", "minLength": 3, "maxLength": 10}),
        {C},
        "X-Team/schema/minLength: 2 → 3",
    ),
    "a parameter may be longer": (parameter(4, schema={"type": "string", "minLength": 1, "maxLength": 20}), set(), ""),
    "a parameter is one of few": (
        parameter(4, schema={"type": "string", "enum": ["ab", "cd"]}),
        {C},
        'X-Team/schema/enum: now ["ab","cd"]',
    ),
    "a parameter is sent less often": (
        parameter(3, schema={"type": "array", "maxItems": 5, "items": TEXT}),
        {C},
        "label/schema/maxItems: 10 → 5",
    ),
    "a limit is lower": (
        said("components", "parameters", "Limit", "schema", maximum=50),
        {C},
        "limit/schema/maximum: 100 → 50",
    ),
    "a limit is higher": (
        said("components", "parameters", "Limit", "schema", minimum=5),
        {C},
        "limit/schema/minimum: 1 → 5",
    ),
    "another default": (
        said("components", "parameters", "Limit", "schema", default=50),
        {C},
        "schema/default: 20 → 50",
    ),
    # Bodies.
    "a body has to be there": (said(*PUT, "requestBody", required=True), {C}, "requestBody/required: false → true"),
    "a body may be left out": (said(*BODY, required=False), set(), ""),
    "a body is gone": (without(*CREATE, "requestBody"), {C}, "POST /boxes requestBody: was"),
    "a body is shorter": (said(*BODY, **{"x-max-bytes": 500}), {C}, "requestBody/x-max-bytes: 1000 → 500"),
    "a body is longer": (said(*BODY, **{"x-max-bytes": 2000}), set(), ""),
    # Requests: narrower breaks.
    "one more required property": (
        both(said(*NEW, team=TEXT), said(*SCHEMAS, "NewBox", required=["team", "name"])),
        {C},
        'required: now "team"',
    ),
    "a property has to be there": (
        said(*SCHEMAS, "NewBox", required=["name", "colour"]),
        {C},
        'required: now "colour"',
    ),
    "a property may be left out": (said(*SCHEMAS, "NewBox", required=DROP), set(), ""),
    "one more property that may be sent": (said(*NEW, team=TEXT), set(), ""),
    "a property is refused": (without(*NEW, "weight"), {C}, "properties/weight: was"),
    "a property can't be null": (said(*NEW, "note", nullable=DROP), {C}, "properties/note/nullable: was true"),
    "a property can be null": (said(*NEW, "weight", nullable=True), set(), ""),
    "a text is shorter": (said(*NEW, "name", maxLength=10), {C}, "properties/name/maxLength: 20 → 10"),
    "a text is longer": (said(*NEW, "name", maxLength=30, minLength=DROP), set(), ""),
    "a text is limited": (
        said(
            *NEW,
            "size",
            properties={"width": {"type": "integer"}},
            **{"$ref": DROP},
            type="object",
            additionalProperties=False,
        ),
        {C},
        "properties/size/properties/height: was",
    ),
    "another pattern": (said(*NEW, "name", pattern="^[a-z ]+$"), {C}, "and whether it is narrower can't be told"),
    "a pattern where there was none": (said(*NEW, "note", pattern="^[a-z]+$"), {C}, "properties/note/pattern: now"),
    "no pattern any more": (said(*NEW, "name", pattern=DROP), set(), ""),
    "a number is lower": (said(*NEW, "weight", maximum=50), {C}, "properties/weight/maximum: 100 → 50"),
    "a number is without its end": (
        said(*NEW, "weight", exclusiveMaximum=True),
        {C},
        "properties/weight/maximum: 100 → 100",
    ),
    "a number is higher at least": (said(*NEW, "weight", minimum=1), {C}, "properties/weight/minimum: 0 → 1"),
    "a number has larger steps": (said(*NEW, "weight", multipleOf=1), {C}, "properties/weight/multipleOf: 0.5 → 1"),
    "a number has smaller steps": (said(*NEW, "weight", multipleOf=0.25), set(), ""),
    "a number is whole": (said(*NEW, "weight", type="integer", multipleOf=DROP), {C}, '"number" → "integer"'),
    "a whole number has a fraction": (said(*NEW, "count", type="number", format=DROP), set(), ""),
    "a whole number is larger": (said(*NEW, "count", format="int64"), set(), ""),
    "a value is refused": (said(*SCHEMAS, "Colour", enum=["red", "green"]), {C}, 'enum: was "blue"'),
    "one more value": (added(*SCHEMAS, "Colour", "enum", value="black"), set(), ""),
    "a list is shorter": (said(*NEW, "labels", maxItems=4), {C}, "properties/labels/maxItems: 5 → 4"),
    "a list is longer at least": (said(*NEW, "labels", minItems=2), {C}, "properties/labels/minItems: 1 → 2"),
    "a list has each once": (said(*NEW, "labels", uniqueItems=True), {C}, "properties/labels/uniqueItems: now true"),
    "items are shorter": (said(*NEW, "labels", "items", maxLength=5), {C}, "labels/items/maxLength: 10 → 5"),
    "fewer members": (said(*NEW, "more", maxProperties=2), {C}, "properties/more/maxProperties: 5 → 2"),
    "more members at least": (said(*SCHEMAS, "Change", minProperties=2), {C}, "minProperties: 1 → 2"),
    "members are shorter": (
        said(*NEW, "more", "additionalProperties", maxLength=5),
        {C},
        "more/additionalProperties/maxLength: 10 → 5",
    ),
    "no members": (said(*NEW, "more", additionalProperties=False), {C}, "more/additionalProperties: {"),
    "an alternative is refused": (
        said(*SCHEMAS, Shape={"oneOf": [{"$ref": "#/components/schemas/Circle"}]}),
        {C},
        "shapes/items/oneOf: was",
    ),
    "an alternative is narrower": (
        said(*SCHEMAS, "Circle", "properties", "radius", maximum=5),
        {C},
        "oneOf/properties/radius/maximum: 10 → 5",
    ),
    "an alternative is wider": (said(*SCHEMAS, "Circle", "properties", "radius", maximum=50), set(), ""),
    "one more alternative, told by its kind": (
        added(
            *SCHEMAS,
            "Shape",
            "oneOf",
            value={
                "type": "object",
                "additionalProperties": False,
                "required": ["kind"],
                "properties": {"kind": {"type": "string", "enum": ["point"]}},
            },
        ),
        set(),
        "",
    ),
    "one more alternative, told by nothing": (
        added(*SCHEMAS, "Shape", "oneOf", value={"type": "object"}),
        {C},
        "whether a value may now fit two of them can't be told",
    ),
    "alternatives in another order": (lambda c: at(c, (*SCHEMAS, "Shape", "oneOf")).reverse(), set(), ""),
    "any of fewer": (lambda c: at(c, (*QUESTION, "unit", "anyOf")).pop(), {C}, "unit/anyOf: was"),
    "more is refused": (said(*QUESTION, "word", "not", enum=["none", "nothing"]), {C}, "word/not: {"),
    "less is refused": (without(*QUESTION, "word", "not"), set(), ""),
    "one of all is narrower": (
        said(*QUESTION, "both", "allOf", "0", "properties", "left", maximum=5),
        {C},
        "left/maximum: 9 → 5",
    ),
    "one more of all": (
        added(*QUESTION, "both", "allOf", value={"type": "object", "required": ["right"]}),
        {C},
        'both/required: now "right"',
    ),
    "all of them as one": (
        said(
            *QUESTION,
            both={
                "type": "object",
                "required": ["left"],
                "properties": {
                    "left": {"type": "integer", "minimum": 0, "maximum": 9},
                    "right": {"type": "integer", "minimum": 0, "maximum": 9},
                },
            },
        ),
        set(),
        "",
    ),
    # Replies: wider breaks.
    "a status is withdrawn": (without(*CREATE, "responses", "409"), {C, R}, "POST /boxes responses/409: was"),
    "another success": (said(*CREATE, "responses", **{"202": {"description": "Later."}}), {C}, "responses/202: now"),
    "another error": (said(*CREATE, "responses", **{"422": {"description": "No."}}), set(), ""),
    "a media type is gone": (without(*OK, "content", "text/csv"), {C}, "responses/200/content/text/csv: was"),
    "one more media type": (said(*OK, "content", **{"text/plain": {"schema": TEXT}}), set(), ""),
    "a header is gone": (without(*OK, "headers", "X-Hint"), {C}, "responses/200/headers/X-Hint: was"),
    "a header may be missing": (
        said(*OK, "headers", "X-Total", required=False),
        {C},
        "headers/X-Total/required: true → false",
    ),
    "a header is longer": (
        said(*OK, "headers", "X-Hint", "schema", maxLength=20),
        {C},
        "X-Hint/schema/maxLength: 10 → 20",
    ),
    "one more header": (said(*OK, "headers", **{"X-More": {"schema": TEXT}}), set(), ""),
    "a reply's property may be missing": (
        said(*SCHEMAS, "Answer", required=DROP),
        {C},
        'schema/required: was "result"',
    ),
    "a reply's property is gone": (without(*ANSWER, "unit"), {C}, "properties/unit: was"),
    "a reply's property is always there": (said(*SCHEMAS, "Answer", required=["result", "unit"]), set(), ""),
    "one more property in a reply": (said(*ANSWER, note=TEXT), set(), ""),
    "one more value in a reply": (
        said(
            *ANSWER,
            unit={"anyOf": [{"type": "string", "maxLength": 9}, {"type": "integer", "minimum": 1, "maximum": 5}]},
        ),
        {C},
        "unit/anyOf/maxLength: 5 → 9",
    ),
    "one more alternative in a reply": (
        added(
            *ANSWER,
            "result",
            "oneOf",
            value={
                "type": "object",
                "required": ["kind"],
                "additionalProperties": False,
                "properties": {"kind": {"type": "string", "enum": ["other"]}},
            },
        ),
        {C},
        "result/oneOf: now",
    ),
    "one alternative less in a reply": (lambda c: at(c, (*ANSWER, "result", "oneOf")).pop(), set(), ""),
    # Items, which are replies as well.
    "an item's text is longer": (
        said(*BOX, "name", maxLength=30),
        {C, R},
        "x-dynamodb boxes/item/properties/name/maxLength: 20 → 30",
    ),
    "an item's text is shorter": (
        said(*BOX, "name", maxLength=10),
        {D},
        "x-dynamodb boxes/item/properties/name/maxLength: 20 → 10",
    ),
    "an item's number is larger": (
        said(*BOX, "weight", maximum=200),
        {C, R},
        "item/properties/weight/maximum: 100 → 200",
    ),
    "an item's number is smaller": (said(*BOX, "weight", maximum=50), {D}, "item/properties/weight/maximum: 100 → 50"),
    "an item has one more value": (
        added(*BOX, "colour", "enum", value="black"),
        {C, R},
        'x-dynamodb boxes/item/properties/colour/enum: now "black"',
    ),
    "an item has a value less": (
        removed(*BOX, "colour", "enum", value="red"),
        {D},
        'item/properties/colour/enum: was "red"',
    ),
    "an item's property can be null": (
        said(*BOX, "note", nullable=True),
        {C, R},
        'item/properties/note/type: "string" → ["string","null"]',
    ),
    "an item's type is another": (
        said(*BOX, note={"type": "integer"}),
        {C, D, R},
        'item/properties/note/type: "string" → "integer"',
    ),
    "an item's format is another": (said(*BOX, "link", format="uri-reference"), {C, D, R}, '"uri" → "uri-reference"'),
    "an item has one more property": (said(*BOX, team=TEXT), set(), ""),
    "an item has one more part within": (said(*BOX, "size", "properties", height={"type": "integer"}), set(), ""),
    "an item has one more required property": (
        both(said(*BOX, team=TEXT), added(*SCHEMAS, "Box", "required", value="team")),
        {D},
        'x-dynamodb boxes/item/required: now "team"',
    ),
    "an item has one more required property, with a default": (
        both(
            said(*BOX, team=TEXT),
            added(*SCHEMAS, "Box", "required", value="team"),
            said(*TABLE, defaults={"team": "all"}),
        ),
        set(),
        "",
    ),
    "an item's property has to be there": (
        added(*SCHEMAS, "Box", "required", value="note"),
        {D},
        'item/required: now "note"',
    ),
    "an item's property may be missing": (
        removed(*SCHEMAS, "Box", "required", value="name"),
        {C, R},
        'item/required: was "name"',
    ),
    "an item's property is gone": (without(*BOX, "note"), {C, LOOK}, "x-dynamodb boxes/item/properties/note: was"),
    "an item's property is called otherwise": (moved("note", "remark", *BOX), {C, LOOK}, "moves it"),
    "an item's required property is called otherwise": (
        both(
            moved("name", "title", *BOX),
            removed(*SCHEMAS, "Box", "required", value="name"),
            added(*SCHEMAS, "Box", "required", value="title"),
        ),
        {C, D, R, LOOK},
        'item/required: now "title"',
    ),
    "an item's list is shorter": (said(*BOX, "labels", maxItems=3), {D}, "item/properties/labels/maxItems: 5 → 3"),
    # Tables.
    "a table is gone": (without("x-dynamodb", "logs"), {D}, "x-dynamodb logs: was"),
    "a table is called otherwise": (moved("logs", "events", "x-dynamodb"), {D}, "x-dynamodb logs: was"),
    "one more table": (
        said("x-dynamodb", more={"hash_key": "id", "attributes": {"id": "S"}, "actions": ["PutItem"]}),
        set(),
        "",
    ),
    "a table's key is another": (
        said("x-dynamodb", "logs", hash_key="id", attributes={"id": "S"}),
        {D},
        'x-dynamodb logs/hash_key: "logId" → "id"',
    ),
    "a table's key is of another type": (
        said("x-dynamodb", "logs", "attributes", logId="N"),
        {D},
        'x-dynamodb logs/attributes/logId: "S" → "N"',
    ),
    "items end by another attribute": (
        said("x-dynamodb", "logs", ttl_attribute="until"),
        {D},
        'ttl_attribute: "ends" → "until"',
    ),
    "items end no more": (said("x-dynamodb", "logs", ttl_attribute=DROP), {LOOK}, 'ttl_attribute: was "ends"'),
    "an action is taken away": (
        said(*TABLE, actions=["GetItem", "PutItem", "UpdateItem"]),
        {R},
        'actions: was "DeleteItem"',
    ),
    "one more action": (added(*TABLE, "actions", value="Query"), set(), ""),
    "an index is gone": (
        both(without(*INDEXES, "by_colour"), without(*TABLE, "attributes", "colourPartition")),
        {D},
        "global_secondary_indexes/by_colour: was",
    ),
    "an index is retired": (said(*INDEXES, "by_colour", retired=True), set(), ""),
    "an index's key is another": (
        both(
            said(*INDEXES, "newest", hash_key="otherPartition"),
            said(*TABLE, "attributes", listPartition=DROP, otherPartition="S"),
        ),
        {D},
        'newest/hash_key: "listPartition" → "otherPartition"',
    ),
    "an index groups by something else": (
        said(*INDEXES, "by_colour", groups_by="name"),
        {D},
        'by_colour/groups_by: "colour" → "name"',
    ),
    "an index groups by nothing": (
        said(*INDEXES, "by_colour", groups_by=DROP),
        {D},
        'by_colour/groups_by: was "colour"',
    ),
    "a table's key has another part": (
        said("x-dynamodb", "logs", range_key="part", attributes={"logId": "S", "part": "S"}),
        {D},
        'x-dynamodb logs/range_key: now "part"',
    ),
    "an index groups by more": (
        said(*INDEXES, "by_colour", groups_by=["colour", "name"]),
        {D},
        'by_colour/groups_by: "colour" → ["colour","name"]',
    ),
    "an index groups by the same, in a list": (said(*INDEXES, "by_colour", groups_by=["colour"]), set(), ""),
    "an index is in another order": (
        both(
            said(*INDEXES, "by_colour", order_by="name", range_key="namePosition"),
            said(*TABLE, "attributes", namePosition="S"),
        ),
        {D},
        'by_colour/order_by: now "name"',
    ),
    "an index says in which order it is": (said(*INDEXES, "by_colour", order_by="createdAt"), set(), ""),
    "an index lists the other way round": (
        said(*INDEXES, "by_colour", ascending=True),
        {LOOK},
        "by_colour/ascending: false → true",
    ),
    "one more index in an order of its own": (
        both(
            said(*INDEXES, by_name={"hash_key": "a", "range_key": "b", "projection": "ALL", "order_by": "name"}),
            said(*TABLE, "attributes", a="S", b="S"),
        ),
        {LOOK},
        "specbound backfill",
    ),
    "one more index": (
        both(
            said(*INDEXES, by_name={**INDEX, "hash_key": "namePartition", "groups_by": "name"}),
            said(*TABLE, "attributes", namePartition="S"),
        ),
        {LOOK},
        "specbound backfill",
    ),
    "fewer partitions": (said(*TABLE, partitions=2), {D}, "x-dynamodb boxes/partitions: 4 → 2"),
    "fewer partitions, for none are said": (without(*TABLE, "partitions"), {D}, "x-dynamodb boxes/partitions: 4 → 1"),
    "more partitions at once": (said(*TABLE, partitions=8), {R}, "x-dynamodb boxes/partitions: 4 → 8"),
    "more partitions, read before they are written": (said(*TABLE, partitions=8, write_partitions=4), set(), ""),
    "a unique constraint": (
        said(*TABLE, unique={"name": {"properties": ["name"]}}),
        {LOOK},
        "x-dynamodb boxes/unique/name: now",
    ),
    "a table's items are described": (
        both(
            said("x-dynamodb", "logs", item="#/components/schemas/Log"),
            said(
                *SCHEMAS,
                Log={"type": "object", "properties": {"logId": TEXT, "version": {"type": "integer", "minimum": 1}}},
            ),
        ),
        {LOOK},
        "x-dynamodb logs/item: now",
    ),
    # Words, and what nobody relies on.
    "other words": (
        both(said("info", title="Shelves"), said(*LIST, summary="Look"), said(*BOX, "name", description="?")),
        set(),
        "",
    ),
    "an example": (said(*BOX, "name", example="a"), set(), ""),
    "it is going to go": (said(*LIST, deprecated=True), set(), ""),
    "a link": (said(*CREATE, "responses", "201", links={"get": {"operationId": "get_box"}}), set(), ""),
    "a throttle": (said(*LIST, **{"x-throttle": {"rate": 5, "burst": 5}}), set(), ""),
}

# What this version of the compiler refuses, which an earlier one, or a later one, may take.
REFUSED: dict[str, tuple[Change, str]] = {
    "another style": (parameter(3, explode=False), "parameters/label/explode: true → false"),
    "a discriminator": (said(*SCHEMAS, "Shape", discriminator={"propertyName": "kind"}), "can't be told"),
    "a keyword that nobody knows": (said(*NEW, "name", readOnly=True), "name/readOnly: now true, and whether"),
    "another media type": (
        moved("application/json", "application/xml", *BODY, "content"),
        "content/application/json: was",
    ),
    "no limit where there was one, and the other way round": (
        said(*PUT, "requestBody", **{"x-max-bytes": 1}),
        "requestBody/x-max-bytes: 1000 → 1",
    ),
}
