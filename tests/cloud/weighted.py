"""The API in front of a function of MiniStack's, whose requests go to versions by the alias's weights, and are counted.

MiniStack keeps the weights, but calls the alias's own version alone; it counts what Lambda does by function, not by
version, and makes no metrics of log lines. All that is done here as AWS does it.
"""

import base64
import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from uuid import uuid4

SCOPES = "orders/read orders/write"


class Weighted:
    """`answered` counts the requests of each version; `seen` has where the alias led, each time that it changed."""

    def __init__(self, aws: Any, function: str, *, heeds_weights: bool = True) -> None:
        self._lambda, self._cloudwatch = aws.sdk("lambda"), aws.sdk("cloudwatch")
        self._function = function
        self._heeds_weights = heeds_weights
        self._lock = threading.Lock()
        self._owed = 0.0
        self.answered: Counter[str] = Counter()
        self.seen: list[tuple[str, dict[str, float]]] = []
        handler = type("Handler", (_Handler,), {"answer": self._answer})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, method: str, path: str, body: str | None) -> dict[str, Any]:
        with self._lock:
            version = self._choose()
        reply = self._lambda.invoke(
            FunctionName=self._function,
            Qualifier=version,
            LogType="Tail",
            Payload=json.dumps(_event(method, path, body)),
        )
        is_error = "FunctionError" in reply
        self._count("AWS/Lambda", {"Invocations": 1, "Errors": int(is_error)}, self._called(version))
        for line in base64.b64decode(reply.get("LogResult", "")).decode().splitlines():
            self._measure(line)
        self.answered[version] += 1
        return {"statusCode": 500, "headers": {}} if is_error else json.loads(reply["Payload"].read())

    def _choose(self) -> str:
        alias = self._lambda.get_alias(FunctionName=self._function, Name="live")
        shares = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
        if self.seen[-1:] != [(alias["FunctionVersion"], shares)]:
            self.seen.append((alias["FunctionVersion"], shares))
        for version, share in shares.items() if self._heeds_weights else ():
            self._owed += share
            if self._owed >= 1:
                self._owed -= 1
                return str(version)
        return str(alias["FunctionVersion"])

    def _called(self, version: str) -> dict[str, str]:
        return {"FunctionName": self._function, "Resource": f"{self._function}:live", "ExecutedVersion": version}

    def _measure(self, line: str) -> None:
        """Metrics of a log line in the embedded metric format."""
        fields = json.loads(line) if line.startswith("{") else {}
        for each in fields.get("_aws", {}).get("CloudWatchMetrics", []):
            for names in each["Dimensions"]:
                values = {metric["Name"]: fields[metric["Name"]] for metric in each["Metrics"]}
                self._count(each["Namespace"], values, {name: fields[name] for name in names})

    def _count(self, namespace: str, values: dict[str, float], dimensions: dict[str, str]) -> None:
        named = [{"Name": name, "Value": value} for name, value in dimensions.items()]
        data = [{"MetricName": name, "Dimensions": named, "Value": value} for name, value in values.items()]
        self._cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)


def _event(method: str, path: str, body: str | None) -> dict[str, Any]:
    """A request with a token for everything, as an HTTP API sends it on."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json"},
        "requestContext": {
            "http": {"method": method, "path": path},
            "domainName": "api.example.com",
            "requestId": str(uuid4()),
            "stage": "$default",
            "authorizer": {"jwt": {"claims": {"sub": "caller", "scope": SCOPES}, "scopes": None}},
        },
        "isBase64Encoded": False,
    }
    return event | ({"body": body} if body else {})


class _Handler(BaseHTTPRequestHandler):
    answer: Any
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode() if length else None
        reply = type(self).answer(self.command, self.path, body)
        content = reply.get("body", "").encode()
        self.send_response(reply["statusCode"])
        for name, value in reply["headers"].items():
            if name.lower() not in ("content-length", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET

    def log_message(self, format: str, *_: Any) -> None:
        pass
