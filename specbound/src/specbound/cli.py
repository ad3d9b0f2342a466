"""The command line, `specbound`: one subcommand for each thing that is done with a contract or a service.

Status: 0 is fine; 1 means refused or failed, with the reason on standard error; 2 means that the usage is wrong.
"""

import argparse
import os
import re
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NoReturn, TypedDict

from specbound.compiled import VERSION
from specbound.failures import Failed
from specbound.mock.preferences import seconds
from specbound.settings import Misconfigured

ABOUT = "Keeps an OpenAPI contract on API Gateway, Lambda and DynamoDB. Works on the service in the current folder."
SHELLS = ("bash", "zsh", "fish")
ARCHITECTURES = ("arm64", "x86_64")


@dataclass(frozen=True)
class Command:
    """A subcommand: the module whose `run` does it, imported only then, and the extra with what that needs."""

    name: str
    module: str
    extra: str
    summary: str
    examples: str
    add_arguments: Callable[[argparse.ArgumentParser], object]


class _Parser(argparse.ArgumentParser):
    """One that tells a value that won't do by its sentence alone: how the command is used is not what was wrong."""

    def error(self, message: str) -> NoReturn:
        wrong = sys.exc_info()[1]
        # What a function of ours, which reads the value, has raised.
        if isinstance(wrong, argparse.ArgumentError) and isinstance(wrong.__context__, argparse.ArgumentTypeError):
            self.exit(2, f"{wrong.argument_name}: {wrong.message}.\n")
        super().error(message)


def _new(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="lower-case letters, digits and hyphens, a letter first")
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="a new or empty folder (NAME by default)")
    parser.add_argument(
        "--from", type=Path, metavar="CONTRACT", dest="source", help="an OpenAPI document, which the service is to keep"
    )


def _compile(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("contract", type=Path, nargs="?", metavar="CONTRACT", help="openapi.yaml by default")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="handlers/compiled by default")
    parser.add_argument("--explain", action="store_true", help="say of each part what becomes of it")


def _lint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("contract", type=Path, nargs="?", metavar="CONTRACT", help="openapi.yaml by default")


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, metavar="PORT", help="8000 by default; 0 takes any that is free")
    parser.add_argument("--empty", action="store_true", help="without sample data")
    parser.add_argument("--anonymous", action="store_true", help="let callers in without a token")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="keep the data there, in MiniStack, between runs")
    _handler(parser)


def _doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--deploy", action="store_true", help="say only what a deployment lacks, and fail if it does")


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("method", metavar="METHOD", help="GET, POST, …")
    parser.add_argument("path", metavar="PATH", help="with its query, as callers write it: '/users?limit=5'")
    parser.add_argument("-H", "--header", action="append", metavar="HEADER", dest="headers", help="'name: value'")
    parser.add_argument("-d", "--data", metavar="BODY", help="the body, or @FILE; application/json by default")
    parser.add_argument("--token", metavar="TOKEN", help="local by default; '' sends none")
    parser.add_argument("--url", metavar="URL", help="of a local server that runs; one is started here without")
    parser.add_argument("--json", action="store_const", const=True, help="not drawn, but as JSON")
    parser.add_argument("--empty", action="store_const", const=True, help="without sample data")
    _handler(parser)


def _mock(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("contract", type=Path, nargs="?", metavar="CONTRACT", help="openapi.yaml by default")
    parser.add_argument("--port", type=_port, metavar="PORT", help="8000 by default; 0 takes any that is free")
    parser.add_argument("--latency", type=_duration, metavar="TIME", help="before each reply: 200ms or 1.5s")
    parser.add_argument("--stateless", action="store_true", help="keep nothing of what is created")


def _proxy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="URL", help="of the server that everything is passed on to")
    parser.add_argument("contract", type=Path, nargs="?", metavar="CONTRACT", help="openapi.yaml by default")
    parser.add_argument("--port", type=_port, metavar="PORT", help="8000 by default; 0 takes any that is free")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write what was seen there, as JSON, in the end")
    parser.add_argument("--fail", action="store_true", help="status 1 if there was drift")
    parser.add_argument("--refuse", action="store_true", help="answer a problem in place of what drifts")
    parser.add_argument(
        "--ignore",
        action="append",
        metavar="PATH",
        help="the contract need not have it: /metrics, or '/assets/*'; again for others",
    )


def _check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("base", metavar="BASE", help="a git ref (main, v1.2.0), or a file with the earlier contract")
    parser.add_argument("contract", type=Path, nargs="?", metavar="CONTRACT", help="openapi.yaml by default")
    parser.add_argument("--changelog", action="store_true", help="all changes, also those that break nothing")
    forms = ("text", "markdown", "json")
    parser.add_argument("--format", dest="form", **_one_of(forms), help="text; of a changelog Markdown")
    parser.add_argument("--fail-on", **_one_of(("error", "warning")), help="from which level on it fails; error")


def _schema(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write it; it is printed by default")


def _package(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output", type=_zip, metavar="FILE", help="build/lambda.zip by default; lambda.json beside it"
    )
    target = parser.add_mutually_exclusive_group()
    target.add_argument("--architecture", **_one_of(ARCHITECTURES), help="arm64 by default")
    target.add_argument("--host", action="store_const", const="host", dest="architecture", help="for this machine")
    target.add_argument(
        "--empty", type=Path, metavar="CONTRACT", help="an empty zip, which `terraform test` plans with"
    )


def _cloud(parser: argparse.ArgumentParser) -> None:
    actions = "up deploys (again), down destroys, serve runs what up starts in the background"
    parser.add_argument("action", **_one_of(("up", "down", "serve")), help=actions)


def _clients(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--contract", type=Path, metavar="CONTRACT", help="openapi.yaml by default")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="build/sdk by default")
    parser.add_argument(
        "--only", **_one_of(("python", "typescript", "go")), help="build this one alone; all by default"
    )
    parser.add_argument("--version", metavar="NAME", help="of a contract with x-versions: of this one alone, as v1")
    parser.add_argument(
        "--publish", action="store_true", dest="publishes", help="where uv and npm are told to: see docs/clients.md"
    )
    parser.add_argument("--dry-run", action="store_true", help="with --publish: say what would be published")


class _PassedOn(argparse.Action):
    """An option of the client's own command, which knows what becomes of it."""

    def __call__(self, parser: object, namespace: argparse.Namespace, value: object, option: str | None = None) -> None:
        own = [option, value] if self.nargs is None else [option]
        namespace.options = [*(getattr(namespace, "options", None) or ()), *own]


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("arguments", nargs="*", metavar="FILE URL KIND", help="or FILE, API_URL and KIND as variables")
    for name, metavar, about in (
        ("--filter", "NAME=VALUE", "a parameter of the list; again for others"),
        ("--fields", "NAME,NAME", "these alone, in this order (all by default)"),
        ("--limit", "ITEMS", "of a page (as many as it may have)"),
    ):
        parser.add_argument(name, metavar=metavar, help=about, dest="options", action=_PassedOn)


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("arguments", nargs="*", metavar="FILE URL KIND", help="or FILE, API_URL and KIND as variables")
    for name, metavar, about in (
        ("--map", "COLUMN=FIELD", "which field a column is; again for others"),
        ("--ignore", "COLUMN", "pass over it; again for others"),
    ):
        parser.add_argument(name, metavar=metavar, help=about, dest="options", action=_PassedOn)
    parser.add_argument(
        "--dry-run", nargs=0, help="send nothing, and say what each row would be", dest="options", action=_PassedOn
    )


def _seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="URL", help="where the API answers; API_TOKEN is sent as its token")
    parser.add_argument("--file", type=Path, metavar="FILE", help="seed.json by default")
    parser.add_argument(
        "--header", action="append", metavar="HEADER", dest="headers", help="another one, 'name: value' (a key, say)"
    )


def _check_data(parser: argparse.ArgumentParser) -> None:
    _pass(parser, "all whose items the contract describes", "do not fit")


def _backfill(parser: argparse.ArgumentParser) -> None:
    _pass(parser, "all that have indexes, or are unique in something,", "can't be listed or claimed")
    parser.add_argument("--indexes", action="store_true", help="write what indexes list by, and claim nothing")


def _pass(parser: argparse.ArgumentParser, default: str, matter: str) -> None:
    """What every pass over stored items takes; of items that have something the matter some keys are shown."""
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"of the contract; {default} by default")
    parser.add_argument(
        "--rate", type=_count, metavar="UNITS", help="capacity units a second, reads and writes; 500 by default"
    )
    parser.add_argument("--sample", type=_count, metavar="N", help=f"show N keys of items that {matter}; 5 by default")
    _handler(parser)


def _handler(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--handler", metavar="NAME", help="the service's Api (handlers.router.lambda_handler by default)"
    )


def _prune(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--keep", type=_count, metavar="N", help="how many of the newest versions stay (3 by default)")


def _rollback(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", type=_count, metavar="VERSION", help="an earlier version than the one before")
    parser.add_argument("--force", action="store_true", help="also to one that can't serve all that is stored")


def _survey(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="with OpenAPI documents")
    parser.add_argument("--requests", type=_count, metavar="N", help="each way to each operation; 50 by default")
    parser.add_argument("--verbose", action="store_true", help="say of each document all that is to be said")
    parser.add_argument("--least", type=_count, metavar="PERCENT", help="fail if fewer of the documents compile")


def _load_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="URL", help="of the API; its token is API_TOKEN, from the environment")
    parser.add_argument(
        "--mix", type=Path, metavar="FILE", help="which requests, and how often each; load.yaml by default"
    )
    parser.add_argument("--rate", type=_positive, metavar="N", help="requests a second, whatever becomes of them; 20")
    parser.add_argument("--seconds", type=_positive, metavar="N", help="for how long; 30")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="build/load by default")


def _fuzz(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "url", nargs="?", metavar="URL", help="of the API; one is started here without. API_TOKEN is its token"
    )
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("--seconds", type=_count, metavar="N", help="for how long; 600 by default")
    amount.add_argument("--examples", type=_count, metavar="N", help="or with how many of each operation")
    amount.add_argument("--cases", type=_count, metavar="N", help="or so many in this process, seed after seed")
    parser.add_argument("--seed", type=_number, metavar="N", help="that of an earlier run, to send the same again")
    parser.add_argument("--jobs", type=_count, metavar="N", help="how many seeds at once; as many as there are cores")


def _mcp(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "url", nargs="?", metavar="URL", help="of the API, with API_TOKEN as its token; the local server by default"
    )
    parser.add_argument("--contract", type=Path, metavar="FILE", help="openapi.yaml by default")
    parser.add_argument("--scopes", metavar="SCOPES", help="leave out what needs others: 'users/read products/read'")
    parser.add_argument("--read-only", action="store_true", help="leave out whatever writes")
    parser.add_argument("--yes", action="store_true", help="write without asking: the program that runs it does")
    parser.add_argument(
        "--header", action="append", metavar="HEADER", dest="headers", help="another one, 'name: value' (a key, say)"
    )
    parser.add_argument("--characters", type=_count, metavar="N", help="show no more of an answer; 50000 by default")


def _referee(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--requests", type=_count, metavar="N", help="at least; 100000 by default")
    parser.add_argument("--replies", type=_number, metavar="N", help="at least; 20000 by default")
    parser.add_argument("--seed", type=_number, metavar="N", help="where to begin; 1 by default")
    parser.add_argument("--jobs", type=_count, metavar="N", help="how many at once; as many as there are cores")


def _proof(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="PART", help="of proof.toml; all by default")
    parser.add_argument("--again", action="store_true", help="also what is done for the code as it is")
    parser.add_argument(
        "--page-only", action="store_true", help="run nothing, and write docs/conformance.md of what is recorded"
    )


def _deploy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("options", nargs="*", metavar="OPTION", help="of `terraform apply`, after --")
    parser.add_argument(
        "--canary", type=_share, metavar="PERCENT", help="give the new version so much of the requests, and watch it"
    )
    parser.add_argument("--watch", type=_minutes, metavar="MINUTES", help="how long; 5 by default")
    parser.add_argument("--url", metavar="URL", help="where the API answers; Terraform says so by default")


def _completion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", **_one_of(SHELLS), help="yours")


COMMANDS = (
    Command("new", "specbound.template", "run", "write a small service that runs, passes its tests and deploys",
            "new orders | new my-shop --into . | new shop --from shop.yaml", _new),
    Command("compile", "specbound.compiler.compilation", "run", "compile the contract, and name every mistake in it",
            "compile | compile --explain | compile other.yaml --out build/other", _compile),
    Command("lint", "specbound.compiler.lint", "run", "say what in the contract is loose, missing or breaks a rule",
            "lint | lint other.yaml", _lint),
    Command("run", "specbound.local.server", "run", "serve the API on this machine, with an embedded database",
            "run | run --port 9000 --empty", _run),
    Command("explain", "specbound.local.explain", "run", "do one request here, and say what was done, step by step",
            "explain GET '/users?limit=5' | explain POST /users -d @new.json --json", _explain),
    Command("mock", "specbound.mock.server", "mock", "answer as a contract promises, before a line of code is written",
            "mock | mock shop.yaml --port 9000 --latency 200ms", _mock),
    Command("proxy", "specbound.proxy.server", "run", "check the traffic of any server, and report where it drifts",
            "proxy https://api.example.com | proxy http://127.0.0.1:3000 shop.yaml --report drift.json --fail", _proxy),
    Command("doctor", "specbound.local.doctor", "run", "say what is installed, and what waits for the rest",
            "doctor | doctor --deploy", _doctor),
    Command("check", "specbound.evolution.check", "run", "list what the contract breaks: clients, data, a rollback",
            "check main | check v1.2.0 --changelog | check earlier.yaml --format json --fail-on warning", _check),
    Command("schema", "specbound.local.editors", "run", "print a JSON Schema of the extensions, for editors",
            "schema | schema --out .vscode/openapi.schema.json", _schema),
    Command("package", "specbound.deploy.package", "run", "build what Lambda runs, build/lambda.zip",
            "package | package --architecture x86_64", _package),
    Command("cloud", "specbound.local.cloud", "run", "deploy to an AWS on this machine (Terraform, MiniStack)",
            "cloud up | cloud down", _cloud),
    Command("clients", "specbound.clients.build", "clients", "build the contract's clients: Python, TypeScript, Go",
            "clients | clients --out dist", _clients),
    Command("import", "specbound.clients.importing", "clients", "create what a CSV or JSON Lines file holds",
            "import users.csv https://api.example.com users | import users.csv --dry-run --map E-Mail=email", _import),
    Command("export", "specbound.clients.exporting", "clients", "write all of a list into a CSV or JSON Lines file",
            "export users.csv https://api.example.com users --filter status=active", _export),
    Command("seed", "specbound.operating.seeding", "run", "create once what seed.json has, in an API that is deployed",
            "seed https://api.example.com | seed http://127.0.0.1:8000 --header 'x-key: local'", _seed),
    Command("mcp", "specbound.assistants.server", "mcp", "serve the operations as tools of assistants, over stdio",
            "mcp | mcp https://api.example.com --read-only | mcp --contract shop/openapi.yaml", _mcp),
    Command("deploy", "specbound.deploy.release", "run", "apply Terraform's plan, and fill what indexes are new",
            "deploy | deploy -- -auto-approve | deploy --canary 10 --watch 15", _deploy),
    Command("check-data", "specbound.operating.check_data", "run",
            "find stored items that the contract here would not show", "check-data | check-data users --rate 100",
            _check_data),
    Command("backfill", "specbound.operating.backfill", "run",
            "list old items in new indexes, and claim what they have that is unique",
            "backfill | backfill users --rate 100", _backfill),
    Command("survey", "specbound.survey.documents", "dev", "try OpenAPI documents: which compile, and are they kept",
            "survey documents | survey documents --requests 10 --verbose", _survey),
    Command("fuzz", "specbound.proof.fuzz", "dev", "send an API what nobody thought of, and check each reply",
            "fuzz | fuzz --seconds 60 --seed 7 | fuzz --cases 5000 | fuzz https://api.example.com", _fuzz),
    Command("referee", "specbound.proof.referee", "dev", "ask openapi-core and Connexion whether they agree with it",
            "referee | referee --requests 5000 --replies 1000 --seed 7", _referee),
    Command("proof", "specbound.proof.run", "run", "try what proof.toml claims, and write docs/conformance.md",
            "proof | proof fuzz referees | proof --page-only", _proof),
    Command("load", "specbound.operating.load", "run", "load an API with a mix of requests, and say how long they took",
            "load https://api.example.com --rate 50 --seconds 60", _load_arguments),
    Command("rollback", "specbound.deploy.rollback", "run", "let the deployed API call the version before this one",
            "rollback | rollback --to 3", _rollback),
    Command("completion", "specbound.local.completion", "dev", "print a script by which a shell completes this command",
            "completion bash | completion zsh | completion fish", _completion),
    Command("prune", "specbound.deploy.prune", "run", "delete the deployed function's old versions, but what is called",
            "prune | prune --keep 10", _prune),
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command with these arguments, by default the process's. Returns the status; usage errors exit with 2."""
    # What is not given is left to the default of the function.
    options = {name: each for name, each in vars(parser().parse_args(arguments)).items() if each is not None}
    command: Command = options.pop("command")
    try:
        status: int | None = _load(command)(**options)
        sys.stdout.flush()
    except BrokenPipeError:
        return _unheard()
    except (Failed, Misconfigured) as reason:
        print(reason, file=sys.stderr)
        return 1
    except OSError as error:
        if error.filename is None:
            raise
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130  # what a shell reports of a process that Ctrl-C ended
    return status or 0


def _unheard() -> int:
    """Where nobody reads on, as behind `| head`: the status that a shell reports of a process that ended by that.

    What is left to be written goes nowhere, so that Python does not fail at it in the end.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return 128 + signal.SIGPIPE


def _load(command: Command) -> Callable[..., int | None]:
    """The command's function. Raises Failed if what it needs is not installed."""
    try:
        run: Callable[..., int | None] = import_module(command.module).run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "specbound":
            raise
        way_out = f"pip install 'specbound[{command.extra}]=={VERSION}'"
        raise Failed(f"`specbound {command.name}` needs {error.name}, which is not installed: {way_out}") from error
    return run


def parser() -> argparse.ArgumentParser:
    """All that the command takes."""
    parser = _Parser(prog="specbound", description=ABOUT, epilog="specbound COMMAND --help shows examples of each.")
    parser.add_argument("--version", action="version", version=f"specbound {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for each in COMMANDS:
        examples = "\n".join(f"  specbound {example}" for example in each.examples.split(" | "))
        command = commands.add_parser(
            each.name,
            help=each.summary,
            description=f"{each.summary[0].upper()}{each.summary[1:]}.",
            epilog=f"examples:\n{examples}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        each.add_arguments(command)
        command.set_defaults(command=each)
    return parser


class _Choice(TypedDict):
    choices: tuple[str, ...]
    type: Callable[[str], str]


def _one_of(choices: tuple[str, ...]) -> _Choice:
    """An argument that is one of a few words."""

    def chosen(text: str) -> str:
        if text not in choices:
            raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(choices)}")
        return text

    return {"choices": choices, "type": chosen}


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: write a number from 0 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a count: write a whole number from 1 on")
    return int(text)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number: write a whole one from 0 on")
    return int(text)


def _positive(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", text) or float(text) <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no such number: write one above 0, such as 20 or 0.5")
    return float(text)


def _share(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 50:
        raise argparse.ArgumentTypeError(f"{text!r} is no share for a canary: write a whole number from 1 to 50")
    return int(text)


def _minutes(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,2})?", text) or not 0 < float(text) <= 1440:
        raise argparse.ArgumentTypeError(f"{text!r} are no minutes: write a number up to 1440, such as 5 or 0.5")
    return float(text)


def _duration(text: str) -> float:
    if (value := seconds(text)) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: write 200ms or 1.5s, up to 60s")
    return value


def _zip(text: str) -> Path:
    if not text.endswith(".zip"):
        raise argparse.ArgumentTypeError(f"{text!r} is no name for a zip: let it end with .zip")
    return Path(text)
