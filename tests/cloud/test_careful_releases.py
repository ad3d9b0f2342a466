"""`specbound deploy --canary` from end to end: what Terraform publishes goes on, or goes back, by itself."""

import signal
import threading
import time
from contextlib import contextmanager

import httpx
import pytest

from specbound.local.emulator import emulator
from specbound.local.issuer import issuer
from tests.cloud.services import Service
from tests.cloud.weighted import Weighted

pytestmark = pytest.mark.slow

FORWARD = ["forward=true"]
RAISES = "    raise RuntimeError\n"


class Careful:
    """A service that is deployed, with an alarm for what goes wrong, and its API as AWS would have it."""

    def __init__(self, service, aws):
        self.service, self._sdk = service, aws.sdk
        first = service.deploy("--canary", "10")
        assert first.returncode == 0, first.stdout + first.stderr
        assert "The first version has none before it: there is nothing to be careful about." in first.stdout
        self.function = service.terraform("output", "-raw", "function")
        self.api = Weighted(aws, self.function)
        self._handlers = service.folder / "handlers" / "orders.py"
        self._text = self._handlers.read_text(encoding="utf-8")
        self._releases = 1

    def write(self, operation=None):
        """The code of another release; one operation is broken in it."""
        self._releases += 1
        text = f"{self._text}\n\nRELEASE = {self._releases}\n"
        if operation:
            line = next(each for each in text.splitlines(keepends=True) if each.startswith(f"def {operation}("))
            text = text.replace(line, line + RAISES)
        self._handlers.write_text(text, encoding="utf-8")

    def arguments(self, watch="0.05"):
        return ["--canary", "50", "--watch", watch, "--url", self.api.url]

    def release(self, operation=None, watch="0.05", variables=()):
        self.write(operation)
        return self.service.deploy(*self.arguments(watch), variables=variables)

    def live(self):
        alias = self._sdk("lambda").get_alias(FunctionName=self.function, Name="live")
        shares = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
        return alias["FunctionVersion"], shares, alias.get("Description", "")

    def versions(self):
        found = self._sdk("lambda").list_versions_by_function(FunctionName=self.function)["Versions"]
        return len(found) - 1

    def shared(self):
        deadline = time.monotonic() + 90
        while not self.live()[1]:
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def alarm(self, state):
        name = f"{self.function}-gateway"
        self._sdk("cloudwatch").set_alarm_state(AlarmName=name, StateValue=state, StateReason="a test")

    @contextmanager
    def meanwhile(self, act):
        """Once two versions are called, and until they are not."""
        end = threading.Event()

        def wait():
            while not end.wait(0.1):
                if self.live()[1]:
                    act()

        thread = threading.Thread(target=wait)
        thread.start()
        try:
            yield
        finally:
            end.set()
            thread.join()

    def create(self):
        return httpx.post(f"{self.api.url}/orders", json={"article": "Teapot", "pieces": 2}, timeout=30).status_code


@pytest.fixture
def careful(terraform, tmp_path, request):
    with emulator() as aws, issuer() as tokens:
        service = Service(tmp_path / "orders", aws, tokens, with_alarms=getattr(request, "param", False))
        careful = Careful(service, aws)
        with careful.api:
            yield careful


def test_a_release_that_is_fit_goes_on_and_one_that_is_not_goes_back_by_itself(careful):
    good = careful.release()

    assert good.returncode == 0, good.stdout + good.stderr
    assert "No alarm is deployed: only what the new version answers itself is watched." in good.stdout
    assert careful.api.seen == [("1", {"2": 0.5})]
    assert careful.live() == ("2", {}, "")
    careful.service.terraform("plan", "-detailed-exitcode", "-input=false")  # there is nothing to do
    assert careful.service.terraform("output", "-raw", "live_version") == "2"
    again = careful.service.deploy(*careful.arguments())
    assert (again.returncode, "No version is newer than 2, which the API calls" in again.stdout) == (0, True)

    unfit = careful.release("list_orders")
    assert unfit.returncode == 1
    assert (
        f"{careful.function} stays at version 2, 3 is taken back: version 3 answered GET /orders with 5" in unfit.stderr
    )
    assert careful.api.seen == [("1", {"2": 0.5})]
    assert careful.live()[:2] == ("2", {})
    assert careful.create() == 201
    told = careful.service.deploy(*careful.arguments())
    assert (told.returncode, "`make deploy FORWARD=1` goes forward" in told.stderr) == (1, True)

    with careful.meanwhile(careful.create):
        worse = careful.release("create_order", watch="5", variables=FORWARD)
    assert worse.returncode == 1
    assert "4 is taken back: version 4 answered " in worse.stderr
    assert careful.live()[:2] == ("2", {})
    assert [careful.create() for _ in range(4)] == [201] * 4

    repaired = careful.release(variables=FORWARD)
    assert repaired.returncode == 0, repaired.stdout + repaired.stderr
    assert careful.live() == ("5", {}, "")
    careful.service.terraform("plan", "-detailed-exitcode", "-input=false")


@pytest.mark.parametrize("careful", [True], indirect=True)
def test_an_alarm_that_is_raised_before_or_meanwhile_keeps_a_release_back(careful):
    careful.alarm("ALARM")
    before = careful.release()
    assert before.returncode == 1
    assert f"{careful.function}-gateway raised an alarm already" in before.stderr
    assert (careful.versions(), careful.live()) == (1, ("1", {}, ""))

    careful.alarm("OK")
    with careful.meanwhile(lambda: careful.alarm("ALARM")):
        meanwhile = careful.release(watch="5")

    assert meanwhile.returncode == 1
    assert f"2 is taken back: {careful.function}-gateway raised an alarm." in meanwhile.stderr
    assert careful.live()[:2] == ("1", {})


def test_a_release_that_is_interrupted_is_taken_back_by_itself_or_by_the_next_command(careful):
    careful.write()
    careful.service.package()
    command = careful.service.deployment(*careful.arguments("5"))

    stopped = careful.service.start(*command)
    careful.shared()
    stopped.send_signal(signal.SIGTERM)
    said, _ = stopped.communicate()
    assert (stopped.returncode, "2 is taken back: it was stopped." in said) == (130, True), said
    assert careful.live()[:2] == ("1", {})
    assert careful.live()[2].startswith("held at version 1, canary of 2 taken back at ")

    killed = careful.service.start(*command, "-var", "forward=true")
    careful.shared()
    killed.kill()
    killed.communicate()
    planned = careful.service.command("rollback")
    assert planned.returncode == 0, planned.stderr
    assert f"{careful.function}: from version 2 back to 1. It stays there" in planned.stdout

    killed = careful.service.start(*command, "-var", "forward=true")
    careful.shared()
    killed.kill()
    killed.communicate()
    with pytest.raises(AssertionError, match="The API is shared with version 2, a canary beside 1"):
        careful.service.terraform("plan", "-input=false", "-no-color")
    next_one = careful.service.deploy(*careful.arguments(), variables=["forward=false"])
    assert next_one.returncode == 0, next_one.stdout + next_one.stderr
    assert "Nobody does: version 2 is taken back." in next_one.stdout
    assert careful.live() == ("2", {}, "")
