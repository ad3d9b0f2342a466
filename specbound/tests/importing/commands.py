"""What a user does: write a file, import it, stop the import, look at what the API has."""

import json
import os
import re
import subprocess
import threading

from specbound.clients import importing
from specbound.compiler.document import ROOT

COMMAND = [importing.ENVIRONMENT / "bin" / "catalogue-api-client-import"]


def start(file, url, token="local", command=COMMAND, stderr=subprocess.PIPE):
    settings = {"FILE": str(file), "API_URL": url, "API_TOKEN": token, "KIND": ""}
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | settings
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True)


def run(*arguments, **options):
    """The exit status, the figures in what was said, and the errors."""
    process = start(*arguments, **options)
    said, errors = process.communicate(timeout=60)
    figures = re.findall(r"^  (.+?) +([0-9,]+)$", said, re.MULTILINE)
    return process.returncode, {name: int(number.replace(",", "")) for name, number in figures}, errors


def end_before_the_answer(file, gateway, name, how):
    """Start an import and end it when a batch with this row is done, but not answered. Returns what it said."""
    answer, held, released = gateway.answer, threading.Event(), threading.Event()

    def hold(path, key, body):
        status, reply = answer(path, key, body)
        if status == 200 and any(item["name"] == name for item in body["items"]):
            held.set()
            released.wait()
        return status, reply

    gateway.answer = hold
    process = start(file, gateway.url)
    assert held.wait(30)
    process.send_signal(how)
    said = process.communicate(timeout=30)
    gateway.answer = answer
    released.set()
    return process.returncode, *said


def listed(api, path, **query):
    """Everything in a list, oldest first."""
    items, token = [], {}
    while True:
        page = api.get(path, params={"limit": 100, **query, **token}).json()
        items += page["items"]
        if "nextToken" not in page:
            return items[::-1]
        token = {"nextToken": page["nextToken"]}


def products(path, category, count):
    rows = [{"name": f"Thing {number}", "price": number + 0.99, "category": category} for number in range(count)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return [row["name"] for row in rows]
