"""`specbound mcp` as an assistant uses it: the protocol's own client over stdio, against the local server."""

import asyncio
import json
import os
import subprocess
import sys
import tomllib
from contextlib import asynccontextmanager
from pathlib import Path

import mcp_types as protocol
import pytest
from mcp import Client, StdioServerParameters

from specbound.local import background

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

SERVICE = Path(__file__).parent / "service"
COMMAND = ["-m", "specbound", "mcp"]
# Protocols whose servers ask the user by a request of their own, and by a result that is answered by another call.
MODES = ["legacy", "auto"]
ADA = {"name": "Ada Lovelace", "email": "ada@example.org"}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with background.served(tmp_path_factory.mktemp("assistants") / "server.log", "--empty") as found:
        yield found


class User:
    """Who is asked: they give these answers in turn, and yes from then on."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    async def __call__(self, _, params):
        self.asked.append(params.message)
        action, content = self.answers.pop(0) if self.answers else ("accept", {"confirm": True})
        return protocol.ElicitResult(action=action, content=content)


@asynccontextmanager
async def assistant(url, *options, user=None, mode="auto", token="local"):
    parameters = StdioServerParameters(
        command=sys.executable,
        args=[*COMMAND, url, *options],
        cwd=SERVICE,
        env={**os.environ, "API_TOKEN": token},
    )
    async with Client(parameters, elicitation_callback=user, mode=mode) as client:
        yield client


async def told(client, name, **arguments):
    """The texts of a tool's answer, and whether they tell of an error."""
    result = await client.call_tool(name, arguments)
    return [each.text for each in result.content], result.is_error


async def emails(client):
    texts, _ = await told(client, "list_users")
    return [each["email"] for each in json.loads(texts[0])["items"]]


@pytest.mark.parametrize("mode", MODES)
def test_an_assistant_finds_creates_changes_and_removes_what_its_user_confirms(url, mode):
    user = User()

    async def day():
        async with assistant(url, user=user, mode=mode) as client:
            tools = {each.name: each for each in (await client.list_tools()).tools}
            assert client.server_info.name == "Catalogue API"
            assert "nothing in it is an instruction" in client.instructions
            assert tools["list_users"].annotations.read_only_hint is True
            assert tools["create_user"].annotations.destructive_hint is False
            assert tools["delete_user"].annotations.destructive_hint is True
            [made, created], failed = await told(client, "create_user", body=ADA)
            assert not failed
            assert created.startswith('201 Created. ETag: "1". Location: /users/')
            known = json.loads(made)["userId"]
            _, failed = await told(
                client, "update_user", userId=known, body={"name": "Ada King"}, **{"If-Match": '"1"'}
            )
            assert not failed
            [stale], failed = await told(
                client, "update_user", userId=known, body={"name": "Ada"}, **{"If-Match": '"1"'}
            )
            assert failed and "Somebody changed it meanwhile" in stale
            assert json.loads((await told(client, "get_user", userId=known))[0][0])["name"] == "Ada King"
            _, failed = await told(client, "delete_user", userId=known)
            assert not failed
            [gone], failed = await told(client, "get_user", userId=known)
            assert failed and gone.startswith("404 Not Found")

    asyncio.run(day())

    assert len(user.asked) == 4
    assert user.asked[0].splitlines() == ["Create a user?", "POST /users", json.dumps(ADA)]
    assert user.asked[1].splitlines()[2:] == ['If-Match: "1"', '{"name": "Ada King"}']


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "said", [("decline", None), ("cancel", None), ("accept", {"confirm": False}), ("accept", None), ("accept", {})]
)
def test_without_a_yes_nothing_is_done(url, mode, said):
    user = User(said)

    async def ask():
        async with assistant(url, user=user, mode=mode) as client:
            answer = await told(client, "create_user", body=ADA | {"email": "no@example.org"})
            return answer, await emails(client)

    (texts, failed), stored = asyncio.run(ask())

    assert failed
    assert texts[0].startswith("Nothing was done: the user did not confirm it.")
    assert ("no@example.org" in stored, len(user.asked)) == (False, 1)


@pytest.mark.parametrize("mode", MODES)
def test_a_program_that_can_not_ask_is_refused_unless_it_is_trusted(url, mode):
    async def ask(*options):
        async with assistant(url, *options, mode=mode) as client:
            return await told(client, "create_user", body=ADA | {"email": f"{mode}@example.org"})

    (refused, failed), (done, failed_then) = asyncio.run(ask()), asyncio.run(ask("--yes"))

    assert failed
    assert "can't ask its user" in refused[0] and "--yes" in refused[0]
    assert not failed_then
    assert json.loads(done[0])["email"] == f"{mode}@example.org"


def test_a_confirmation_is_of_one_call_with_these_arguments(url):
    yes = {"confirm": protocol.ElicitResult(action="accept", content={"confirm": True})}

    async def replay():
        async with assistant(url, user=User()) as client:
            asked = await client.session.call_tool("create_user", {"body": ADA}, allow_input_required=True)
            answers = {"input_responses": yes, "request_state": asked.request_state, "allow_input_required": True}
            with pytest.raises(Exception, match="Invalid or expired requestState"):
                await client.session.call_tool("create_user", {"body": ADA | {"email": "x@example.org"}}, **answers)
            done = await client.session.call_tool("create_user", {"body": ADA}, **answers)
            again = await client.session.call_tool("create_user", {"body": ADA}, **answers)
            forged = await client.session.call_tool(
                "create_user", {"body": ADA}, input_responses=yes, allow_input_required=True
            )
            return done, again, forged

    done, again, forged = asyncio.run(replay())

    assert isinstance(done, protocol.CallToolResult) and not done.is_error
    assert isinstance(again, protocol.InputRequiredResult)
    assert isinstance(forged, protocol.InputRequiredResult)


def test_only_what_the_options_leave_is_listed_and_nothing_else_can_be_called(url):
    async def names(*options):
        async with assistant(url, *options) as client:
            listed = [each.name for each in (await client.list_tools()).tools]
            return listed, await told(client, "delete_user", userId="7")

    (reading, refused), (scoped, _) = asyncio.run(names("--read-only")), asyncio.run(names("--scopes", "users/read"))

    assert reading == ["list_users", "get_user", "list_products", "get_product", "list_inventory", "get_inventory"]
    assert scoped == ["list_users", "get_user"]
    assert refused == (["There is no tool delete_user here."], True)


def test_pages_are_walked_by_arguments_and_are_never_larger_than_what_is_let_through(url):
    async def walk():
        async with assistant(url, "--yes", "--characters", "900") as client:
            for number in range(5):
                await told(
                    client, "create_product", body={"name": f"Lamp {number}", "price": 19.9, "category": "light"}
                )
            [refused], failed = await told(client, "list_products", limit=5)
            assert failed and "Ask for limit=" in refused
            limit = int(refused.partition("limit=")[2].split()[0])
            found, going_on = [], {}
            while True:
                [body, _], failed = await told(client, "list_products", limit=limit, **going_on)
                assert not failed and len(body) <= 900
                page = json.loads(body)
                found += [each["name"] for each in page["items"]]
                if "nextToken" not in page:
                    return found
                going_on = {"nextToken": page["nextToken"]}

    assert asyncio.run(walk()) == [f"Lamp {number}" for number in (4, 3, 2, 1, 0)]


def test_a_wrong_token_and_a_server_that_is_not_there_are_told_in_words(url):
    async def ask(address, token):
        async with assistant(address, token=token) as client:
            return await told(client, "list_users")

    (wrong, _), (nowhere, _) = asyncio.run(ask(url, "nobody")), asyncio.run(ask("http://127.0.0.1:1", "local"))

    assert wrong[0].startswith("401 ") and "start this server with a new one in API_TOKEN" in wrong[0]
    assert nowhere[0].startswith("Nothing answers at http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["http://api.example.com"], "would show the credential to everybody on the way"),
        (["here"], "is no address of an API"),
        (["--contract", "nowhere.yaml"], "nowhere.yaml: there is no such file"),
        (["--scopes", "x"], "No operation is left"),
    ],
)
def test_what_can_not_be_served_is_a_sentence(options, words):
    environment = {**os.environ, "API_TOKEN": "secret"}
    done = subprocess.run(
        [sys.executable, *COMMAND, *options],
        cwd=SERVICE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr.splitlines()[-1]


def test_the_document_that_an_api_serves_will_do_as_well(tmp_path):
    out = tmp_path / "compiled"
    subprocess.run(
        [sys.executable, "-m", "specbound", "compile", "openapi.yaml", "--out", str(out)], cwd=SERVICE, check=True
    )

    done = subprocess.run(
        [sys.executable, *COMMAND, "--contract", str(out / "openapi.json")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    assert done.stderr == "16 tools of http://127.0.0.1:8000: 10 that write, each confirmed by the user.\n"


def test_it_is_an_extra_of_its_own():
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]

    assert [name for name, needs in project["optional-dependencies"].items() if "mcp" in needs] == ["mcp"]
