"""Times as the engine writes them: RFC 3339, always to the microsecond, which keeps them in order as text."""

from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from specbound.resources.versions import written


@given(st.datetimes(min_value=datetime(1, 1, 1), timezones=st.just(UTC)))
@example(datetime(2026, 1, 31, 9, 30, tzinfo=UTC))
@example(datetime(2026, 1, 31, 9, 30, 0, 1, tzinfo=UTC))
@example(datetime(2026, 1, 31, 9, 30, 0, 500_000, tzinfo=UTC))
def test_a_time_has_six_digits_of_its_second_whatever_they_are(time):
    assert written(time) == time.strftime(f"{time.year:04}-%m-%dT%H:%M:%S.%fZ")
