"""A canary, on a function of MiniStack's that is small: what makes it go on, and what makes it go back by itself."""

import io
import os
import re
import signal
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from specbound.deploy.alias import Alias, Moved
from specbound.deploy.canary import Canary, Plan, settle
from specbound.deploy.prune import prune
from specbound.deploy.rollback import Rollback, roll_back
from specbound.deploy.smoke import Question
from specbound.deploy.watch import Watch
from specbound.failures import Failed
from specbound.local.emulator import emulator
from tests.cloud.weighted import Weighted

pytestmark = pytest.mark.slow

NAME = "api"
ALARM = "api-gateway"
# What the environment says is wrong with a version; it counts its faults as Api does.
CODE = """
import json, os

METRICS = [{"Namespace": "api", "Dimensions": [["service", "version"]], "Metrics": [{"Name": "fault"}]}]

def handle(event, context):
    wrong, path = os.environ["WRONG"].split(), event["rawPath"]
    if f"raises {path}" == " ".join(wrong):
        raise RuntimeError("out of order")
    is_called_by_api = "domainName" in event["requestContext"]
    if path in wrong and (is_called_by_api or "always" in wrong):
        version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        print(json.dumps({"service": "api", "version": version, "fault": 1, "_aws": {"CloudWatchMetrics": METRICS}}))
        return {"statusCode": 500, "headers": {}, "body": ""}
    return {"statusCode": 200, "headers": {}, "body": "{}"}
"""
ASKED = [Question("/health", None), Question("/users", ("users/read",))]


class Function:
    """A function with an alias at its version 1, which is fine; and its API."""

    def __init__(self, aws, api):
        self.sdk, self.client, self.cloudwatch = aws.sdk, aws.sdk("lambda"), aws.sdk("cloudwatch")
        self.api = api
        self.alias = Alias(self.client, NAME)

    def publish(self, wrong=""):
        """Another version, with something wrong."""
        environment = {"WRONG": wrong, "NUMBER": str(time.monotonic())}
        self.client.update_function_configuration(FunctionName=NAME, Environment={"Variables": environment})
        return int(self.client.publish_version(FunctionName=NAME)["Version"])

    def canary(self, version, share=0.5, seconds=2, **more):
        watch = Watch(self.cloudwatch, NAME, [ALARM])
        timing = {"sign_seconds": 0.5, "delay_seconds": 1} | more
        plan = Plan(share, seconds, watch, ASKED, self.api.url, **timing)
        return Canary(self.alias, plan, self.alias.read(), version)

    def shared(self):
        """Wait until two versions are called."""
        deadline = time.monotonic() + 20
        while not (live := self.alias.read()).canary:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return live

    @contextmanager
    def called(self, path):
        """Callers, meanwhile, once two versions are called."""
        stop = threading.Event()

        def call():
            self.shared()
            while not stop.is_set():
                httpx.get(self.api.url + path)

        with ThreadPoolExecutor() as pool:
            done = pool.submit(call)
            try:
                yield
            finally:
                stop.set()
                done.result()


def code():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("code.py", CODE)
    return file.getvalue()


@pytest.fixture(scope="module")
def aws():
    with emulator() as aws:
        yield aws


@pytest.fixture
def function(aws):
    role = "arn:aws:iam::000000000000:role/any"
    common = {"Runtime": "python3.11", "Role": role, "Handler": "code.handle", "Timeout": 10}
    environment = {"Variables": {"WRONG": ""}}
    client = aws.sdk("lambda")
    client.create_function(FunctionName=NAME, Code={"ZipFile": code()}, Environment=environment, Publish=True, **common)
    client.create_alias(FunctionName=NAME, Name="live", FunctionVersion="1")
    alarm = {"MetricName": "none", "Namespace": "none", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1}
    aws.sdk("cloudwatch").put_metric_alarm(
        AlarmName=ALARM, Threshold=1, ComparisonOperator="GreaterThanThreshold", **alarm
    )
    with Weighted(aws, NAME) as api:
        yield Function(aws, api)
    client.delete_function(FunctionName=NAME)
    httpx.post(f"{aws.url}/_ministack/reset").raise_for_status()


def test_a_version_that_is_fit_gets_its_share_and_then_all_requests(function, capsys):
    version = function.publish()

    function.canary(version, share=0.2).run()

    live = function.alias.read()
    assert (live.version, live.shares, live.description) == (2, {}, "")
    assert function.api.seen == [("1", {"2": 0.2})]
    total = sum(function.api.answered.values())
    assert function.api.answered["2"] == pytest.approx(0.2 * total, abs=1)
    assert re.search(r"0:02 of 0:02: version 2 has answered [1-9]\d* requests, 0 with a 5xx", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("always /health", "version 2 answered GET /health with 500"),
        ("always /users", "version 2 answered GET /users with 500"),
        ("raises /users", "version 2 did not answer GET /users: out of order"),
    ],
)
def test_no_caller_meets_a_version_that_fails_its_smoke_test(function, wrong, reason):
    version = function.publish(wrong)

    with pytest.raises(Failed, match=f"api stays at version 1, 2 is taken back: {reason}"):
        function.canary(version).run()

    live = function.alias.read()
    assert (live.version, live.shares, live.is_held) == (1, {}, True)
    assert reason in live.description
    assert function.api.seen == []


def test_a_version_that_fails_where_the_api_calls_it_goes_back(function):
    version = function.publish("/health")

    with pytest.raises(Failed, match="the API answered GET /health with 500"):
        function.canary(version).run()

    assert function.api.answered["2"] == 1
    assert httpx.get(f"{function.api.url}/health").status_code == 200
    assert (function.alias.read().version, function.alias.read().shares) == (1, {})


@pytest.mark.parametrize("wrong", ["/orders", "raises /orders"])
def test_a_version_that_fails_its_callers_goes_back(function, wrong):
    version = function.publish(wrong)

    said = r"version 2 answered \d+ of \d+ requests with a 5xx, or not at all; the version before 0 of \d+"
    with function.called("/orders"), pytest.raises(Failed, match=said):
        function.canary(version, seconds=60).run()

    assert function.alias.read().is_held


def test_faults_that_both_versions_have_do_not_make_one_go_back(function):
    function.alias.move(function.alias.read(), function.publish("/orders"))
    version = function.publish("/orders")

    with function.called("/orders"):
        function.canary(version).run()

    assert function.alias.read().version == version
    assert min(function.api.answered[each] for each in "23") > 10


def test_an_alarm_makes_a_version_go_back(function):
    def raise_alarm():
        function.shared()
        function.cloudwatch.set_alarm_state(AlarmName=ALARM, StateValue="ALARM", StateReason="a test")

    version = function.publish()

    with ThreadPoolExecutor() as pool:
        raised = pool.submit(raise_alarm)
        with pytest.raises(Failed, match="api-gateway raised an alarm"):
            function.canary(version, seconds=60).run()
        raised.result()

    assert function.alias.read().version == 1


def test_a_version_that_the_api_never_calls_goes_back(function, aws):
    version = function.publish()

    with Weighted(aws, NAME, heeds_weights=False) as function.api, pytest.raises(Failed, match="sent it no request"):
        function.canary(version, seconds=1).run()

    assert function.alias.read().is_held


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_canary_that_is_stopped_goes_back_at_once(function, capsys, stop):
    def end():
        function.shared()
        os.kill(os.getpid(), stop)
        os.kill(os.getpid(), stop)

    version = function.publish()

    with ThreadPoolExecutor() as pool:
        ended = pool.submit(end)
        with pytest.raises(KeyboardInterrupt):
            function.canary(version, seconds=60).run()
        ended.result()

    live = function.alias.read()
    assert (live.version, live.shares) == (1, {})
    assert re.fullmatch(r"held at version 1, canary of 2 taken back at \S+: it was stopped", live.description)
    assert "api stays at version 1, 2 is taken back: it was stopped." in capsys.readouterr().out


def test_of_two_canaries_that_begin_where_the_alias_was_one_goes_on(function):
    version = function.publish()
    first, second = function.canary(version), function.canary(version)

    first.run()

    with pytest.raises(Moved, match="somebody else has moved the alias live meanwhile, and it leads to version 2"):
        second.run()
    assert (function.alias.read().version, function.alias.read().shares) == (2, {})


def test_who_moves_the_alias_meanwhile_ends_a_canary(function):
    version = function.publish()

    with ThreadPoolExecutor() as pool:
        other = pool.submit(lambda: (function.shared(), roll_back(function.sdk, NAME))[1])
        with pytest.raises(Moved, match=r"and it is held at version 1, rolled back from 2"):
            function.canary(version, seconds=60, sign_seconds=0.1).run()

    assert other.result() == Rollback(2, 1, [])
    live = function.alias.read()
    assert (live.version, live.shares) == (1, {})
    assert live.description.startswith("held at version 1, rolled back from 2 at ")


def leave(function, version):
    """A canary that nobody watches any more."""
    live = function.alias.read()
    description = f"shared with version {version}, a canary beside {live.version} since 2026-01-31T09:30:00Z"
    return function.alias.move(live, live.version, description, {version: 0.1})


def test_a_canary_that_was_left_is_taken_back(function, capsys):
    live = leave(function, function.publish())

    later = settle(function.alias, live, sign_seconds=0.1)

    assert (later.version, later.shares, later.is_held) == (1, {}, True)
    assert "canary of 2, which nobody watched, taken back at" in later.description
    assert "it is shared with version 2, a canary beside 1 since" in capsys.readouterr().out


def test_a_canary_that_is_watched_is_left_alone(function):
    canary = function.canary(function.publish(), seconds=3)
    with ThreadPoolExecutor() as pool:

        def interfere():
            with pytest.raises(Failed, match="Somebody does: wait for its end, or end it by `make rollback`"):
                settle(function.alias, function.shared(), sign_seconds=0.5)

        other = pool.submit(interfere)
        canary.run()
        other.result()

    assert function.alias.read().version == 2


def test_a_rollback_ends_a_canary_or_goes_further(function):
    function.alias.move(function.alias.read(), function.publish())
    version = function.publish()
    leave(function, version)
    assert roll_back(function.sdk, NAME) == Rollback(3, 2, [])
    assert (function.alias.read().version, function.alias.read().shares) == (2, {})

    leave(function, version)
    assert roll_back(function.sdk, NAME, 1, force=True).after == 1
    assert (function.alias.read().version, function.alias.read().shares) == (1, {})


def test_prune_keeps_what_a_canary_is_about(function):
    version = function.publish()
    leave(function, version)
    function.publish()
    function.publish()

    assert prune(function.client, NAME, 1) == ["3"]
