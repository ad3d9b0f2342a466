"""The museum, as visitors, agencies and its own people see it."""

import pytest
from tests.people import agency, staff, visitor

__all__ = ["agency", "staff", "visitor"]

HOURS = {"opens": "10:00", "closes": "17:30"}
TICKETS = {"date": "2027-05-18", "kind": "adult", "visitors": "3"}
PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def place(created):
    """Where what was created is: `Location` may be relative to the request (RFC 9110, section 10.2.2)."""
    return created.url.join(created.headers["location"]).path


@pytest.fixture
def ticket(staff, visitor):
    staff.put("/days/2027-05-18", json=HOURS)
    return visitor.post("/tickets", data=TICKETS)


def test_a_day_is_known_by_its_date(staff, visitor):
    assert visitor.get("/days/2027-05-18").status_code == 404

    opened = staff.put("/days/2027-05-18", json=HOURS)
    longer = staff.put("/days/2027-05-18", json={**HOURS, "closes": "21:00", "event": "A long night"})

    assert (opened.status_code, longer.status_code) == (201, 200)
    assert visitor.get("/days/2027-05-18").json() == longer.json()
    assert visitor.get("/days").json()["items"] == [longer.json()]
    assert visitor.get("/days/18-05-2027").status_code == 400
    assert staff.delete("/days/2027-05-18").status_code == 204
    assert visitor.get("/days").json()["items"] == []


def test_the_calendar_begins_at_any_date(staff, visitor):
    for date in ("2027-06-01", "2027-05-18", "2027-12-24"):
        staff.put(f"/days/{date}", json=HOURS)

    def dates(**asked):
        return [each["date"] for each in visitor.get("/days", params=asked).json()["items"]]

    assert dates() == ["2027-05-18", "2027-06-01", "2027-12-24"]
    assert dates(**{"from": "2027-05-19"}) == ["2027-06-01", "2027-12-24"]


def test_a_day_for_which_tickets_were_sold_stays_open(ticket, staff, visitor):
    assert staff.delete("/days/2027-05-18").status_code == 409
    assert visitor.delete(place(ticket)).status_code == 204
    assert staff.delete("/days/2027-05-18").status_code == 204


def test_only_staff_says_when_we_are_open(visitor, agency, staff):
    statuses = [each.put("/days/2027-05-18", json=HOURS).status_code for each in (visitor, staff)]

    assert statuses == [401, 201]
    assert visitor.put("/days/2027-05-18", json=HOURS, headers={"x-staff-key": "guessed"}).status_code == 401
    agencys = {"x-staff-key": agency.params["agency"]}
    assert visitor.put("/days/2027-05-18", json=HOURS, headers=agencys).status_code == 401


def test_tickets_are_bought_with_a_form(ticket, visitor):
    assert ticket.status_code == 201
    assert ticket.json().items() >= {"date": "2027-05-18", "visitors": 3, "price": 37.5}.items()
    assert visitor.get(place(ticket)).json() == ticket.json()


def test_agencies_pay_less(ticket, agency):
    bought = agency.post("/tickets", data=TICKETS)

    assert bought.json().items() >= {"price": 30, "soldBy": "Our agency"}.items()


def test_no_tickets_are_sold_while_we_are_closed(ticket, visitor):
    assert visitor.post("/tickets", data={**TICKETS, "date": "2027-05-19"}).status_code == 409
    assert visitor.post("/tickets", data={**TICKETS, "visitors": "none"}).status_code == 400


def test_a_pass_is_printed_or_kept_in_a_calendar(ticket, visitor):
    where = f"{place(ticket)}/pass"

    printed = visitor.get(where, headers={"accept": "text/plain"})
    kept = visitor.get(where, headers={"accept": "text/calendar, text/plain;q=0.5"})

    assert printed.headers["content-type"].startswith("text/plain")
    assert "2027-05-18\n3 x adult" in printed.text
    assert kept.headers["content-type"].startswith("text/calendar")
    assert "DTSTART;VALUE=DATE:20270518\r\n" in kept.text
    assert visitor.get(where, headers={"accept": "application/pdf"}).status_code == 406


def test_a_ticket_that_was_given_back_is_gone(ticket, staff, visitor):
    assert staff.get("/days/2027-05-18/tickets").json()["items"] == [ticket.json()]
    assert visitor.delete(place(ticket)).status_code == 204
    assert staff.get("/days/2027-05-18/tickets").json()["items"] == []
    assert visitor.get("/days/2027-05-18/tickets").status_code == 401


def test_an_exhibit_has_a_photo(staff, visitor):
    form = {"name": "A sextant", "year": "1782"}

    added = staff.post("/exhibits", data=form, files={"photo": ("sextant.png", PHOTO, "image/png")})
    shown = visitor.get(f"{place(added)}/photo")

    assert added.status_code == 201
    assert added.json().items() >= {"name": "A sextant", "year": 1782}.items()
    assert (shown.content, shown.headers["content-type"]) == (PHOTO, "image/png")


def test_a_photo_is_replaced_by_its_bytes(staff, visitor):
    added = staff.post("/exhibits", data={"name": "A buoy"}, files={"photo": ("buoy.png", PHOTO, "image/png")})
    where = f"{place(added)}/photo"

    replaced = staff.put(where, content=b"\xff\xd8\xff", headers={"content-type": "image/jpeg"})

    assert replaced.status_code == 204
    assert visitor.get(where).content == b"\xff\xd8\xff"
    assert staff.put(where, content=b"GIF89a", headers={"content-type": "image/gif"}).status_code == 415
    assert visitor.put(where, content=b"x", headers={"content-type": "image/png"}).status_code == 401


def test_an_exhibit_goes_with_its_photo(staff, visitor):
    added = staff.post("/exhibits", data={"name": "A rope"}, files={"photo": ("rope.png", PHOTO, "image/png")})
    where = place(added)

    assert staff.delete(where).status_code == 204
    assert [visitor.get(each).status_code for each in (where, f"{where}/photo")] == [404, 404]
    assert visitor.get("/exhibits").json()["items"] == []
