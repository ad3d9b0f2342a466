"""The model: whatever is asked, in whatever order, each request is answered as the catalogue says (tests/model/)."""

import pytest

from tests.model.playing import play

pytestmark = pytest.mark.in_process


def test_each_request_is_answered_as_the_model_says_whatever_came_before_it_and_fails_below():
    met, failure = play(1, runs=14)

    assert failure == ""
    assert met["faults met"] > 0
    assert met["requests"] > met["runs"] * 10
