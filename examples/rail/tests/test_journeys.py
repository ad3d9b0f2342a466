"""Journeys, as those who plan and sell them see them."""

import pytest

from specbound.testing import caller

JOURNEY = {
    "trainNumber": "NX 204",
    "from": "YRK",
    "to": "EDB",
    "departsAt": "2027-03-01T06:58:00Z",
    "arrivesAt": "2027-03-01T09:22:00Z",
    "price": 41.5,
}
TO_BOOK = {"seatClass": "first", "passengers": [{"name": "Ida Holm", "age": 34}], "contact": "ida@holm.example"}


@pytest.fixture
def journey(client):
    return put_on_sale(client)


@pytest.fixture
def booking(client, journey):
    return client.post(f"{at(journey)}/bookings", json=TO_BOOK)


def put_on_sale(client, **other):
    created = client.post("/rail/v2/journeys", json=JOURNEY | other)
    assert created.status_code == 201
    return created.json()


def place(created):
    """Where what was created is: `Location` may be relative to the request (RFC 9110, section 10.2.2)."""
    return created.url.join(created.headers["location"]).path


def at(journey):
    return f"/rail/v2/journeys/{journey['journeyId']}"


def test_a_journey_is_on_sale_below_the_base_path_as_soon_as_it_is_there(client):
    created = client.post("/rail/v2/journeys", json=JOURNEY)

    assert place(created) == at(created.json())
    assert created.json().items() >= {**JOURNEY, "status": "onSale", "version": 1}.items()
    assert client.get(place(created)).json() == created.json()


def test_what_is_read_only_is_not_taken(client):
    refused = client.post("/rail/v2/journeys", json={**JOURNEY, "version": 7})

    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "bad-request"
    assert [each["where"] for each in refused.json()["error"]["violations"]] == ["body.version"]


def test_the_timetable_has_the_next_departure_first_of_all_or_of_a_station(client, journey):
    late = put_on_sale(client, departsAt="2027-03-01T20:00:00Z")
    early = put_on_sale(client, **{"from": "LDS", "departsAt": "2027-03-01T05:00:00+01:00"})

    def timetable(**asked):
        return client.get("/rail/v2/journeys", params=asked).json()["journeys"]

    assert timetable() == [early, journey, late]
    assert timetable(**{"from": "YRK"}) == [journey, late]
    assert timetable(notBefore="2027-03-01T06:58:00Z") == [journey, late]
    assert timetable(**{"from": "YRK", "notBefore": "2027-03-01T12:00:00Z"}) == [late]


def test_a_page_has_the_names_of_this_contract(client, journey):
    late = put_on_sale(client, departsAt="2027-03-01T20:00:00Z")

    first = client.get("/rail/v2/journeys", params={"pageSize": 1}).json()
    last = client.get("/rail/v2/journeys", params={"pageSize": 1, "cursor": first["next"]}).json()

    assert (first["journeys"], last["journeys"]) == ([journey], [late])


def test_a_patch_changes_what_it_names_and_takes_away_what_is_null(client, journey):
    patch = {"headers": {"content-type": "application/merge-patch+json"}}

    delayed = client.patch(at(journey), content='{"platform": "4", "status": "delayed"}', **patch).json()
    elsewhere = client.patch(at(journey), content='{"platform": null}', **patch).json()

    assert delayed.items() >= {"platform": "4", "status": "delayed", "trainNumber": "NX 204"}.items()
    assert "platform" not in elsewhere


def test_a_journey_that_was_withdrawn_is_gone(client, journey):
    assert client.delete(at(journey)).status_code == 204
    gone = client.get(at(journey))
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "not-found")


@pytest.mark.in_process
def test_a_token_needs_all_scopes(client, journey):
    with caller("local-read") as reader:
        assert reader.get(at(journey)).status_code == 200
        assert reader.post("/rail/v2/journeys", json=JOURNEY).status_code == 403


def test_a_booking_is_held_until_it_is_paid(client, booking, journey):
    where = place(booking)
    assert booking.json().items() >= {**TO_BOOK, "status": "held", "journeyId": journey["journeyId"]}.items()

    paid = client.post(f"{where}/payment", json={"method": "voucher", "code": "SPRING-2027"})
    again = client.post(f"{where}/payment", json={"method": "card", "token": "tok_7f9c24e83b12"})

    assert paid.json().items() >= {"status": "confirmed", "paidBy": "voucher"}.items()
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already-paid")
    assert client.get(where).json() == paid.json()


def test_a_payment_is_what_its_method_says(client, booking):
    refused = client.post(f"{booking.headers['location']}/payment", json={"method": "card", "code": "SPRING-2027"})

    assert refused.status_code == 400
    assert "token" in refused.text


def test_bookings_are_those_of_their_journey(client, booking, journey):
    other = put_on_sale(client)

    assert client.get(f"{at(journey)}/bookings").json()["bookings"] == [booking.json()]
    assert client.get(f"{at(other)}/bookings").json()["bookings"] == []
    assert client.get(f"{at(other)}/bookings/{booking.json()['bookingId']}").status_code == 404
    assert client.delete(place(booking)).status_code == 204
    assert client.get(f"{at(journey)}/bookings").json()["bookings"] == []


def test_nobody_books_a_journey_that_is_not_on_sale(client, journey):
    cancelled = put_on_sale(client, status="cancelled")

    refused = client.post(f"{at(cancelled)}/bookings", json=TO_BOOK)

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "journeys-closed")
    assert client.delete(at(cancelled)).status_code == 204
    assert client.post(f"{at(cancelled)}/bookings", json=TO_BOOK).status_code == 404


def test_a_journey_that_is_booked_is_not_withdrawn(client, booking, journey):
    refused = client.delete(at(journey))

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "journeys-in-use")
    assert client.delete(place(booking)).status_code == 204
    assert client.delete(at(journey)).status_code == 204


def test_a_booking_is_made_once_however_often_it_is_sent(client, journey):
    first, second = (
        client.post(f"{at(journey)}/bookings", json=TO_BOOK, headers={"idempotency-key": "1"}) for _ in range(2)
    )

    assert second.json() == first.json()
    assert client.get(f"{at(journey)}/bookings").json()["bookings"] == [first.json()]
