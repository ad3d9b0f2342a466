"""The wheel alone, in an environment of its own and with no checkout in sight: a new service, from first to last."""

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from specbound.compiled import VERSION
from specbound.compiler.document import ROOT

pytestmark = pytest.mark.slow
UV = Path(sys.executable).parent / "uv"
FIXED_VERSION = "9.9.9"
# A fix that callers see.
SENTENCE, FIXED_SENTENCE = (
    'f"There is no {self._name} {said(key)}."',
    'f"There is no {self._name} {said(key)} any more."',
)
MISSING = "/orders/7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"
COMPILED = "handlers/compiled/openapi.json"
CALLER = {"authorization": "Bearer local"}
HAS_TERRAFORM = shutil.which("terraform") is not None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("wheel")


@pytest.fixture(scope="module")
def wheel(folder):
    return build(ROOT / "specbound", folder / "dist")


@pytest.fixture(scope="module")
def environment(folder, wheel):
    """Where the wheel is installed with what developing needs, and nothing else is."""
    return install(folder / "environment", f"specbound[dev] @ {wheel.as_uri()}")


@pytest.fixture(scope="module")
def service(folder, environment):
    """What `specbound new orders` writes."""
    say(environment, "specbound", "new", "orders", folder=folder)
    return folder / "orders"


def test_the_engine_is_the_wheels(folder, environment):
    where = say(environment, "python", "-c", "import specbound; print(specbound.__file__)", folder=folder)

    assert Path(where.strip()).is_relative_to(environment)


def test_it_needs_little_where_it_runs_and_says_what_a_command_needs(folder, wheel):
    bare = install(folder / "bare", f"specbound @ {wheel.as_uri()}")

    packages = {path.name.partition("-")[0] for path in bare.glob("lib/*/site-packages/*.dist-info")}
    ended = subprocess.run(
        [bare / "bin" / "specbound", "lint"], cwd=folder, env=around(bare), capture_output=True, text=True, check=False
    )

    assert packages == {
        "aws_lambda_powertools", "jmespath", "jsonschema_rs", "orjson", "specbound", "typing_extensions"
    }  # fmt: skip
    assert say(bare, "specbound", "--version", folder=folder) == f"specbound {VERSION}\n"
    assert ended.returncode == 1
    assert re.fullmatch(r"`specbound lint` needs \w+, which is not installed: pip install .*\n", ended.stderr)


def test_a_new_service_passes_its_own_lint_and_tests(environment, service):
    assert "11 passed" in say(environment, "make", "test", folder=service)


def test_a_new_service_answers_and_schemathesis_finds_nothing(environment, service):
    with served(environment, service) as url:
        [teapot] = httpx.get(f"{url}/orders", headers=CALLER).json()["items"]
        command = ["schemathesis", "run", COMPILED, "--url", url, "--max-examples", "10", "--seed", "1"]
        fuzzed = say(environment, *command, folder=service, API_TOKEN="local")

    assert teapot["article"] == "Teapot"
    assert re.search(r"^ +([1-9]\d+) generated, \1 passed$", fuzzed, re.MULTILINE), fuzzed


def test_a_new_service_deploys_and_is_destroyed_again(environment, service):
    if not HAS_TERRAFORM and os.environ.get("CI") != "true":
        pytest.skip("Terraform is not installed.")
    (service / ".venv-cloud").symlink_to(ROOT / ".venv-cloud")
    try:
        said = say(environment, "specbound", "cloud", "up", folder=service)
        url, token = re.findall(r"^(?:API_URL|TOKEN)=(.*)$", said, re.MULTILINE)
        caller = {"authorization": f"Bearer {token}"}
        created = httpx.post(f"{url}/orders", json={"article": "Kettle", "pieces": 1}, headers=caller, timeout=60)
        assert created.status_code == 201, created.text
        place = created.url.join(created.headers["location"])
        assert httpx.get(place, headers=caller).json() == created.json()
        assert httpx.get(f"{url}/orders").status_code == 401
    finally:
        ended = say(environment, "specbound", "cloud", "down", folder=service)
    assert "Everything is gone." in ended
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/orders")


def test_a_new_service_is_packaged_with_the_engine_of_the_wheel(environment, service):
    assert "build/lambda.zip: " in say(environment, "specbound", "package", folder=service)

    manifest = json.loads((service / "build" / "lambda.json").read_bytes())
    assert manifest["infrastructure"]["title"] == "Orders API"


def test_a_new_service_has_clients(environment, service, wheel, node):
    install(environment, f"specbound[clients] @ {wheel.as_uri()}")
    (service / "build").mkdir(exist_ok=True)
    (service / "build" / "node").symlink_to(ROOT / "build" / "node")

    built = say(environment, "specbound", "clients", folder=service).split()
    compared = say(environment, "specbound", "check", "openapi.yaml", folder=service)

    assert [Path(each).name for each in built] == [
        "orders_api_client-1.0.0-py3-none-any.whl",
        "orders-api-client-1.0.0.tgz",
        "go",
    ]
    assert compared == "Nothing breaks for existing clients, for what is stored, or after a rollback.\n"


def test_raising_the_engines_version_is_all_that_a_service_does_to_get_a_fix(folder, environment, service):
    before = sources(service)
    with served(environment, service) as url:
        assert httpx.get(url + MISSING, headers=CALLER).json()["detail"].endswith("1b5d.")

    install(environment, f"specbound[dev] @ {fixed_wheel(folder).as_uri()}")

    assert say(environment, "specbound", "--version", folder=service) == f"specbound {FIXED_VERSION}\n"
    assert "11 passed" in say(environment, "make", "test", folder=service)
    compiled = json.loads((service / "handlers" / "compiled" / "contract.json").read_bytes())
    assert compiled["compiler"] == FIXED_VERSION
    with served(environment, service) as url:
        assert httpx.get(url + MISSING, headers=CALLER).json()["detail"].endswith("1b5d any more.")
    assert sources(service) == before


def fixed_wheel(folder):
    """The engine with another version and a fix."""
    source = shutil.copytree(ROOT / "specbound", folder / "fixed", ignore=shutil.ignore_patterns("__pycache__"))
    replace(source / "pyproject.toml", f'version = "{VERSION}"', f'version = "{FIXED_VERSION}"')
    replace(source / "src/specbound/compiled.py", f'VERSION = "{VERSION}"', f'VERSION = "{FIXED_VERSION}"')
    replace(source / "src/specbound/resources/reads.py", SENTENCE, FIXED_SENTENCE)
    return build(source, folder / "dist")


def replace(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file} has another place for {old}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def build(source, target):
    earlier = set(target.glob("*.whl"))
    subprocess.run([UV, "build", "--quiet", "--offline", "--wheel", "--out-dir", target, source], check=True)
    [wheel] = set(target.glob("*.whl")) - earlier
    return wheel


def install(environment, requirement):
    """Install into an environment, which is made if it is not there. uv does not read pip's configuration: pip may."""
    python = environment / "bin" / "python"
    if not environment.exists():
        subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, environment], check=True)
    command = [UV, "pip", "install", "--quiet", "--python", python, requirement]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", "-q", requirement], check=True)
    return environment


def around(environment, **more):
    """The variables of a shell in which an environment is active, and that knows nothing of this checkout."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS")}
    plugins = {"TF_PLUGIN_CACHE_DIR": str(ROOT / "build" / "terraform-plugins")} if HAS_TERRAFORM else {}
    path = f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**plugins, "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "true", **kept, "PATH": path, **more}


def say(environment, *command, folder, **more):
    """What a command says that ends well."""
    done = subprocess.run(
        command, cwd=folder, env=around(environment, **more), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@contextmanager
def served(environment, service):
    """Where `specbound run` says that the API answers."""
    command = ["specbound", "run", "--port", "0"]
    with subprocess.Popen(command, cwd=service, env=around(environment), stdout=subprocess.PIPE, text=True) as process:
        try:
            yield next(line.split()[-1] for line in process.stdout if "answers on" in line)
        finally:
            process.terminate()


def sources(service):
    built = {"build", "compiled", "__pycache__", ".venv-cloud", ".hypothesis"}
    files = [path for path in service.rglob("*") if path.is_file() and not built & set(path.parts)]
    return {path: path.read_bytes() for path in files if not path.is_relative_to(service / ".venv-cloud")}
