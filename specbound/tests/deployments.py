"""Ways to mount the API, each with the events that it makes of requests: by AWS's documentation, and as recorded."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from tests.events import CLAIMS, Event
from tests.subject import contract

API = "a1b2c3.execute-api.eu-west-1.amazonaws.com"
OWN = "api.example.com"
ROUTES = contract.routes.keys()
TEMPLATES = sorted({route.partition(" ")[2] for route in ROUTES}, key=lambda path: "{" in path)


@dataclass(frozen=True)
class Deployment:
    """Where callers find the API, and the event that a request for a path within it becomes."""

    name: str
    url: str
    event: Callable[..., Event]


def template_of(path: str) -> tuple[str, dict[str, str]]:
    """The contract's path that a path is found at, and what stands in its braces, as it was sent."""
    for template in TEMPLATES:
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", re.escape(template).replace(r"\{", "{").replace(r"\}", "}"))
        if found := re.fullmatch(pattern, path):
            return template, found.groupdict()
    return "", {}


def rest(stage: str, mount: str, host: str, greedy: bool) -> Callable[..., Event]:
    """A REST API: every resource takes any method, or one resource takes everything."""

    def event(method: str, path: str, **parts: Event) -> Event:
        template, parameters = template_of(path)
        if greedy or not template:
            template, parameters = "/{proxy+}", {"proxy": path.strip("/")}
        context = {"stage": stage, "resourcePath": template, "httpMethod": method, "path": mount + path}
        return {
            "resource": template,
            "path": path if host == API else mount + path,
            "httpMethod": method,
            "headers": {"Host": host},
            "multiValueHeaders": {"Host": [host]},
            "queryStringParameters": None,
            "multiValueQueryStringParameters": None,
            "pathParameters": parameters or None,
            "requestContext": context | {"domainName": host, "authorizer": {"claims": CLAIMS}},
            "body": None,
            "isBase64Encoded": False,
        } | parts

    return event


def http_api(stage: str, prefix: str, domain: str, host: str, version: str = "2.0") -> Callable[..., Event]:
    """An HTTP API with the contract's routes, and `$default` for the rest; paths are decoded, but for percent signs."""

    def event(method: str, path: str, **parts: Event) -> Event:
        template, sent = template_of(path)
        parameters = {name: unquote(text) for name, text in sent.items()}
        if f"{method} {template}" not in ROUTES:
            template, parameters = "", {}
        raw = prefix + unquote(path.replace("%25", "%2525"))
        authorizer = {"jwt": {"claims": CLAIMS, "scopes": None}}
        context = {"domainName": domain, "stage": stage, "authorizer": authorizer}
        both = {"version": version, "headers": {"host": host}, "pathParameters": parameters or None} | parts
        if version == "1.0":
            context |= {"path": raw, "httpMethod": method, "resourcePath": template or "$default"}
            both |= {"resource": template or "$default", "path": raw, "httpMethod": method}
            return both | {"requestContext": context}
        key = f"{method} {template}" if template else "$default"
        context |= {"http": {"method": method, "path": raw}, "routeKey": key}
        return both | {"routeKey": key, "rawPath": raw, "rawQueryString": "", "requestContext": context}

    return event


def function_url() -> Callable[..., Event]:
    """A function URL, with the claims that a gateway would have added; paths are as they were sent."""
    domain = "d4e5f6.lambda-url.eu-west-1.on.aws"

    def event(method: str, path: str, **parts: Event) -> Event:
        context = {"domainName": domain, "stage": "$default", "http": {"method": method, "path": path}}
        return {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "headers": {"host": domain},
            "requestContext": context | {"authorizer": {"jwt": {"claims": CLAIMS}}},
        } | parts

    return event


DEPLOYMENTS = [
    *(
        Deployment(f"{name}{kind}", f"https://{host}{mount}", rest(stage, mount, host, greedy))
        for kind, greedy in (("", False), (", one resource for all", True))
        for name, stage, mount, host in (
            ("a REST API at a stage", "prod", "/prod", API),
            ("a REST API at a stage that begins a path", "pro", "/pro", API),
            ("a REST API at a stage that is a path", "users", "/users", API),
            ("a REST API at a domain's root", "prod", "", OWN),
            ("a REST API below a base path", "prod", "/v1", OWN),
            ("a REST API below a base path that is a path", "prod", "/users", OWN),
            ("a REST API below a base path of several steps", "prod", "/shop/eu/v1", OWN),
            ("a REST API below a base path and its stage", "prod", "/v1/prod", OWN),
        )
    ),
    *(
        Deployment(f"{name}, payload {version}", url, http_api(stage, prefix, domain, host, version))
        for version in ("2.0", "1.0")
        for name, url, stage, prefix, domain, host in (
            ("an HTTP API", f"https://{API}", "$default", "", API, API),
            ("an HTTP API at a stage", f"https://{API}/prod", "prod", "/prod", API, API),
            ("an HTTP API at a stage that begins a path", f"https://{API}/pro", "pro", "/pro", API, API),
            ("an HTTP API at a stage that is a path", f"https://{API}/users", "users", "/users", API, API),
            ("an HTTP API at a domain's root", f"https://{OWN}", "$default", "", OWN, OWN),
        )
    ),
    *(
        Deployment(name, url, http_api(stage, prefix, domain, host))
        for name, url, stage, prefix, domain, host in (
            ("an HTTP API below a base path that no event tells", f"https://{OWN}/v1", "$default", "", OWN, OWN),
            (
                "an HTTP API below a base path, whose events tell the stage",
                f"https://{OWN}/v1",
                "prod",
                "/prod",
                OWN,
                OWN,
            ),
            ("an HTTP API behind a proxy", f"https://{OWN}/shop/v1", "$default", "", API, OWN),
            (
                "an HTTP API below a path of MiniStack",
                "http://127.0.0.1:4566/_aws/execute-api/a1",
                "$default",
                "",
                "a1.execute-api.localhost",
                "127.0.0.1:4566",
            ),
        )
    ),
    Deployment("a function URL", "https://d4e5f6.lambda-url.eu-west-1.on.aws", function_url()),
]
