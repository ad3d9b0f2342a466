"""What the compiler says of a contract to those who deploy it, and what becomes of an artefact of another format."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import UnionType
from typing import Any, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from specbound.compiled import FORMAT, VERSION, CompiledContract, read
from specbound.compiler.artefact import artefact
from specbound.compiler.compilation import compile_to
from specbound.compiler.document import CONTRACT, ROOT, load
from specbound.compiler.translation import compile_contract
from specbound.settings import Misconfigured

THINGS = Path(__file__).parent / "contracts" / "things.yaml"
NO_OBJECTIVE = {"p99_ms": None, "fault_share": None}


@pytest.fixture
def document():
    return load(THINGS)


@pytest.fixture
def compiled(tmp_path):
    """A folder with the compiled contract."""
    compile_to(tmp_path / "compiled", THINGS)
    return tmp_path / "compiled"


def deployed(document):
    return compile_contract(document)["infrastructure"]


def test_each_operation_is_a_route_and_head_is_one_wherever_there_is_get(document):
    document["paths"]["/things"]["post"]["x-throttle"] = {"rate": 2, "burst": 3}
    read = {"authorizer": "jwt", "scopes": ["things/read"]}
    got = read | {"id": "get_thing", "throttle": None, "slo": NO_OBJECTIVE}

    assert deployed(document)["routes"] == {
        "POST /things": {
            "id": "create_thing",
            "method": "POST",
            "authorizer": "jwt",
            "scopes": ["things/write"],
            "throttle": {"rate": 2, "burst": 3},
            "slo": NO_OBJECTIVE,
        },
        "GET /things/{thingId}": got | {"method": "GET"},
        "HEAD /things/{thingId}": got | {"method": "HEAD"},
    }


def test_an_operation_has_its_own_objective_in_whole_or_else_the_documents(document):
    document["x-slo"] = {"p99_ms": 500, "fault_share": 0.001}
    document["paths"]["/things"]["post"]["x-slo"] = {"fault_share": 0}

    routes = deployed(document)["routes"]
    del document["x-slo"]
    document["paths"]["/things"]["post"]["x-slo"] = {}
    others = deployed(document)["routes"]

    assert {key: route["slo"] for key, route in routes.items()} == {
        "POST /things": {"p99_ms": None, "fault_share": 0},
        "GET /things/{thingId}": {"p99_ms": 500, "fault_share": 0.001},
        "HEAD /things/{thingId}": {"p99_ms": 500, "fault_share": 0.001},
    }
    assert [route["slo"] for route in others.values()] == [NO_OBJECTIVE] * 3


def test_a_route_has_the_scope_of_the_document_unless_its_operation_names_its_own_or_is_public(document):
    document["security"] = [{"oauth": ["things/admin"]}]
    document["paths"]["/things"]["post"]["security"] = []
    del document["paths"]["/things/{thingId}"]["get"]["security"]

    routes = deployed(document)["routes"]

    assert {key: (route["authorizer"], *route["scopes"]) for key, route in routes.items()} == {
        "POST /things": (None,),
        "GET /things/{thingId}": ("jwt", "things/admin"),
        "HEAD /things/{thingId}": ("jwt", "things/admin"),
    }


def test_an_operation_for_head_of_its_own_takes_the_place_of_gets(document):
    path = document["paths"]["/things/{thingId}"]
    reply = {"204": {"description": "It is there."}}
    path["head"] = {"operationId": "see_thing", "security": [{"oauth": ["things/see"]}], "responses": reply}

    route = deployed(document)["routes"]["HEAD /things/{thingId}"]

    assert (route["id"], route["scopes"]) == ("see_thing", ["things/see"])


def test_scopes_are_grouped_by_what_they_are_for(document):
    document["paths"]["/things"]["post"]["security"] = [{"oauth": ["lists/write"]}]

    infrastructure = deployed(document)

    assert infrastructure["scopes"] == ["lists/write", "things/read"]
    assert infrastructure["resource_servers"] == {"lists": ["write"], "things": ["read"]}


def test_pages_may_send_and_see_the_headers_that_the_contract_has_and_use_its_methods(document):
    infrastructure = deployed(document)

    assert infrastructure["request_headers"] == ["authorization", "content-type", "x-mood"]
    of_problems = ["accept-encoding", "retry-after", "www-authenticate", "x-request-id"]
    assert infrastructure["response_headers"] == sorted(["location", *of_problems])
    assert infrastructure["methods"] == ["GET", "HEAD", "POST"]


def test_tables_have_the_keys_indexes_expiry_and_actions_of_the_contract(document):
    document["x-dynamodb"]["things"]["actions"] = ["Query", "GetItem"]
    document["x-dynamodb"]["plain"] = {
        "hash_key": "id",
        "range_key": "part",
        "ttl_attribute": "expires",
        "attributes": {"id": "S", "part": "N"},
        "actions": ["PutItem"],
    }

    assert deployed(document)["tables"] == {
        "things": {
            "hash_key": "thingId",
            "range_key": None,
            "partitions": 2,
            "write_partitions": 2,
            "retired": False,
            "ttl_attribute": None,
            "attributes": {"thingId": "S", "listPartition": "S", "position": "S"},
            "actions": ["GetItem", "Query"],
            "indexes": {
                "newest": {
                    "hash_key": "listPartition",
                    "range_key": "position",
                    "projection": "ALL",
                    "retired": False,
                }
            },
        },
        "plain": {
            "hash_key": "id",
            "range_key": "part",
            "partitions": 0,
            "write_partitions": 0,
            "retired": False,
            "ttl_attribute": "expires",
            "attributes": {"id": "S", "part": "N"},
            "actions": ["PutItem"],
            "indexes": {},
        },
    }


def test_what_was_written_is_what_is_read_and_says_which_file_it_was_made_of(compiled):
    found = read(compiled)

    assert found == json.loads(json.dumps(artefact(THINGS, own_paths=True)))
    assert found.keys() == CompiledContract.__annotations__.keys()
    assert found["source"] == hashlib.sha256(THINGS.read_bytes()).hexdigest()


@pytest.mark.parametrize("contract", [THINGS, CONTRACT])
def test_what_the_compiler_writes_has_the_shape_that_its_readers_are_checked_against(contract):
    written = json.loads(json.dumps(artefact(contract)))

    assert list(misshapen(written, CompiledContract)) == []


def test_a_shape_that_differs_is_noticed():
    written = json.loads(json.dumps(artefact(THINGS, own_paths=True)))
    written["infrastructure"]["routes"]["POST /things"]["throttle"] = {"rate": 1}
    written["tables"]["things"]["indexes"]["newest"]["groupsBy"] = None
    written["operations"]["get_thing"]["parameters"][0]["array"] = "no"

    assert sorted(misshapen(written, CompiledContract)) == [
        "/infrastructure/routes/POST /things/throttle",
        "/operations/get_thing/parameters/0/array",
        "/tables/things/indexes/newest",
    ]


def misshapen(value, shape, place=""):
    """The places of a JSON value that are not what a type says."""
    shape = get_args(shape)[0] if get_origin(shape) is NotRequired else shape
    kind, inner = get_origin(shape), get_args(shape)
    if shape is Any:
        return
    if kind in (Union, UnionType):
        fits = [each for each in inner if not list(misshapen(value, each))]
        yield from [] if fits else [place]
    elif is_typeddict(shape):
        members = get_type_hints(shape, include_extras=True)
        if not (isinstance(value, dict) and shape.__required_keys__ <= value.keys() <= members.keys()):
            yield place
            return
        for name, each in value.items():
            yield from misshapen(each, members[name], f"{place}/{name}")
    elif kind in (list, tuple, dict):
        if not isinstance(value, dict if kind is dict else list):
            yield place
            return
        for step, each in value.items() if kind is dict else enumerate(value):
            yield from misshapen(each, inner[-1], f"{place}/{step}")
    elif not isinstance(value, (int, float) if shape is float else shape):
        yield place


@pytest.mark.parametrize("other", [{"format": FORMAT + 1, "compiler": "9.0.0"}, {"format": None}, {}])
def test_an_artefact_of_another_format_is_refused_with_the_way_out(compiled, other):
    file = compiled / "contract.json"
    known = {name: value for name, value in json.loads(file.read_bytes()).items() if name not in ("format", "compiler")}
    file.write_text(json.dumps(known | other))

    with pytest.raises(
        Misconfigured, match=rf"{file} was compiled by .*: run the compiler again, `specbound compile`\.$"
    ):
        read(compiled)


def test_a_contract_that_was_never_compiled_is_missed_with_the_way_out(tmp_path):
    with pytest.raises(Misconfigured, match=r"contract\.json is not there: run `specbound compile`\.$"):
        read(tmp_path)


def test_the_function_does_not_start_with_an_artefact_of_another_format(tmp_path):
    shutil.copytree(ROOT / "handlers", tmp_path / "handlers", ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / "handlers" / "compiled" / "contract.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | {"format": 0, "compiler": "0.1.0"}))

    command = [sys.executable, "-c", "import handlers.router"]
    started = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    reason = f"{file} was compiled by {VERSION}, in a format that {VERSION} does not read: run the compiler again, "
    assert started.stderr.splitlines()[-1] == f"specbound.settings.Misconfigured: {reason}`specbound compile`."
