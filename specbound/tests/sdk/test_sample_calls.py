"""The code samples of the docs page, sent as they stand, by each program that they are for."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from specbound.clients.plan import about
from specbound.clients.samples import samples
from specbound.compiler.document import declarations, load
from tests.sdk.packages import compile_strictly, project

pytestmark = pytest.mark.slow

# What the examples name need not be there, and may be there already.
ANSWERED = {200, 201, 204, 404, 409}
RUN = """
import contextlib, io, json, sys
from catalogue_api_client import ProblemError
found = {}
for name, source in json.load(sys.stdin).items():
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(source, {})
        found[name] = 200
    except ProblemError as error:
        found[name] = int(error.status)
print(json.dumps(found))
"""

RUN_MODULES = """
import { ProblemError } from "catalogue-api-client";
const found = {};
console.log = () => undefined;
for (const name of process.argv.slice(2)) {
  try {
    await import(`./${name}.mjs`);
    found[name] = 200;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    found[name] = error.status;
  }
}
process.stdout.write(JSON.stringify(found));
"""


def sources(label: str) -> dict[str, str]:
    found = {name: {each["label"]: each["source"] for each in made} for name, made in samples(load()).items()}
    assert found.keys() == {each.public_id for each in declarations(load())}
    return {name: made[label] for name, made in found.items()}


def environment(url: str, token: str) -> dict[str, str]:
    prefix = about(load())["prefix"]
    return os.environ | {f"{prefix}_BASE_URL": url, f"{prefix}_TOKEN": token}


def test_each_sample_in_python_is_a_call_that_the_api_understands(python: Path, url: str, token: str) -> None:
    done = subprocess.run(
        [python, "-c", RUN], input=json.dumps(sources("Python")), env=environment(url, token), capture_output=True,
        text=True, timeout=120, check=True,
    )  # fmt: skip

    answered = json.loads(done.stdout)
    assert {name: status for name, status in answered.items() if status not in ANSWERED} == {}
    assert answered["list_users"] == answered["get_health"] == 200


def test_each_sample_in_typescript_compiles_and_is_a_call_that_the_api_understands(
    node: str, tarball: Path, tmp_path: Path, url: str, token: str
) -> None:
    found = sources("TypeScript")
    project(tmp_path, tarball)
    for name, source in found.items():
        (tmp_path / f"{name}.mts").write_text(source, encoding="utf-8")
    (tmp_path / "run.mjs").write_text(RUN_MODULES, encoding="utf-8")

    compiled = compile_strictly(tmp_path, *(f"{name}.mts" for name in found))
    done = subprocess.run(
        [node, "run.mjs", *found], cwd=tmp_path, env=environment(url, token), capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip

    assert (compiled.returncode, compiled.stdout) == (0, "")
    assert done.returncode == 0, done.stderr
    answered = json.loads(done.stdout)
    assert {name: status for name, status in answered.items() if status not in ANSWERED} == {}
    assert answered.keys() == found.keys()
    assert answered["list_users"] == answered["get_health"] == 200


@pytest.mark.parametrize("name", sorted(sources("curl")))
def test_each_sample_of_curl_is_a_request_that_the_api_understands(name: str, url: str, token: str) -> None:
    source = sources("curl")[name]

    done = subprocess.run(
        ["sh", "-c", f"{source} -s -o /dev/null -w '%{{http_code}}'"], env=environment(url, token),
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip

    assert int(done.stdout) in ANSWERED
