"""What holds for users."""

import pytest

ADA = {"name": "Ada Lovelace", "email": "ada@example.com"}
GRACE = {"name": "Grace Hopper", "email": "grace@example.com"}


def test_a_created_user_can_be_fetched_where_location_says(client):
    created = client.post("/users", json=ADA)

    fetched = client.get(created.headers["location"])

    assert created.status_code == 201
    assert fetched.json() == created.json()
    assert fetched.headers["etag"] == created.headers["etag"] == '"1"'
    assert created.json()["status"] == "active"


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@Example.COM", "  ada@example.com "])
def test_an_address_belongs_to_one_user_whatever_its_case_and_the_space_around_it(client, email):
    client.post("/users", json=ADA)

    second = client.post("/users", json={"name": "Somebody Else", "email": email})

    assert second.status_code == 409
    assert second.json()["type"] == "urn:problem-type:email-taken"
    assert client.get("/users").json()["count"] == 1


def test_an_address_is_kept_as_it_was_given_but_for_the_space_around_it(client):
    created = client.post("/users", json={"name": "Ada Lovelace", "email": " Ada@Example.com "})

    changed = client.put(created.headers["location"], json={"email": " Grace@Example.com "})

    assert created.json()["email"] == "Ada@Example.com"
    assert changed.json()["email"] == "Grace@Example.com"


def test_a_user_is_found_by_address(client):
    ada = client.post("/users", json=ADA).json()
    client.post("/users", json=GRACE)

    found = client.get("/users", params={"email": "ADA@example.com "}).json()
    nobody = client.get("/users", params={"email": "nobody@example.com"}).json()

    assert found == {"items": [ada], "count": 1}
    assert nobody == {"items": [], "count": 0}


def test_looking_up_an_address_respects_the_status_asked_for(client):
    client.post("/users", json=ADA)

    inactive = client.get("/users", params={"email": ADA["email"], "status": "inactive"}).json()

    assert inactive == {"items": [], "count": 0}


def test_a_change_touches_only_what_it_names(client):
    created = client.post("/users", json=ADA).json()

    changed = client.put(f"/users/{created['userId']}", json={"name": "Ada King"})

    assert changed.json() == created | {
        "name": "Ada King",
        "version": 2,
        "updatedAt": changed.json()["updatedAt"],
    }
    assert changed.json()["updatedAt"] > created["updatedAt"]
    assert changed.headers["etag"] == '"2"'
    assert client.get(f"/users/{created['userId']}").json() == changed.json()


def test_a_changed_address_frees_the_old_one_and_takes_the_new_one(client):
    ada = client.post("/users", json=ADA).json()
    client.put(f"/users/{ada['userId']}", json={"email": "king@example.com"})

    old = client.post("/users", json=ADA)
    new = client.post("/users", json={"name": "Somebody Else", "email": "king@example.com"})

    assert (old.status_code, new.status_code) == (201, 409)


def test_an_address_of_somebody_else_cannot_be_taken_by_a_change(client):
    ada = client.post("/users", json=ADA).json()
    client.post("/users", json=GRACE)

    refused = client.put(f"/users/{ada['userId']}", json={"email": "GRACE@example.com", "name": "Nobody"})

    assert refused.status_code == 409
    assert client.get(f"/users/{ada['userId']}").json() == ada


def test_the_case_of_an_own_address_can_be_changed(client):
    ada = client.post("/users", json=ADA).json()

    changed = client.put(f"/users/{ada['userId']}", json={"email": "Ada@Example.com"})

    assert changed.json()["email"] == "Ada@Example.com"
    assert client.get("/users", params={"email": "ada@example.com"}).json()["items"] == [changed.json()]


def test_a_deleted_user_is_gone_and_the_address_can_be_used_again(client):
    ada = client.post("/users", json=ADA).json()

    deleted = client.delete(f"/users/{ada['userId']}")
    again = client.post("/users", json=ADA)

    assert deleted.status_code == 204
    assert deleted.content == b""
    assert client.get(f"/users/{ada['userId']}").status_code == 404
    assert again.status_code == 201
    assert client.get("/users").json()["items"] == [again.json()]


@pytest.mark.parametrize(
    ("method", "body"), [("GET", None), ("PUT", {"name": "No One"}), ("PUT", {"email": "a@b.co"}), ("DELETE", None)]
)
def test_a_user_that_does_not_exist_is_not_found(client, method, body):
    missing = client.request(method, "/users/7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d", json=body)

    assert missing.status_code == 404
    assert missing.json()["detail"] == "There is no user 7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d."


def test_users_are_listed_by_status(client):
    ada = client.post("/users", json=ADA).json()
    grace = client.post("/users", json=GRACE).json()
    inactive = client.put(f"/users/{ada['userId']}", json={"status": "inactive"}).json()

    assert client.get("/users", params={"status": "inactive"}).json()["items"] == [inactive]
    assert client.get("/users", params={"status": "active"}).json()["items"] == [grace]
    assert client.get("/users").json()["items"] == [grace, inactive]


def test_a_batch_creates_what_it_can_and_says_of_each_item_what_became_of_it(client):
    client.post("/users", json=GRACE)
    items = [ADA, GRACE, {"name": "Ada Again", "email": "ADA@example.com"}, {"name": "Bo", "email": "bo@example.com"}]

    reply = client.post("/users/batch", json={"items": items}).json()

    assert [each["status"] for each in reply["results"]] == [201, 409, 409, 201]
    assert (reply["created"], reply["failed"]) == (2, 2)
    assert reply["results"][1]["problem"]["type"] == "urn:problem-type:email-taken"
    assert client.get(f"/users/{reply['results'][3]['user']['userId']}").json() == reply["results"][3]["user"]


def test_a_batch_takes_a_hundred_users_and_no_more(client):
    hundred = [{"name": f"User {number}", "email": f"user{number}@example.com"} for number in range(100)]

    created = client.post("/users/batch", json={"items": hundred})
    refused = client.post("/users/batch", json={"items": [*hundred, ADA]})

    assert created.json()["created"] == 100
    assert refused.status_code == 400
    listed = client.get("/users", params={"limit": 100}).json()
    assert [user["name"] for user in listed["items"]] == [each["name"] for each in reversed(hundred)]
    assert "nextToken" not in listed


@pytest.mark.parametrize(
    ("email", "status"),
    [
        ("a" * 64 + "@example.com", 201),
        ("a." * 31 + "aa@example.com", 201),
        (" " + "a" * 64 + "@example.com ", 201),
        ("a@" + "b" * 63 + ".c0m", 201),
        ("!#$%&'*+-/=?^_`{|}~@example.com", 201),
        ("a@" + "b." * 100 + "co", 201),
        ("a" * 65 + "@example.com", 400),
        ("a." * 32 + "a@example.com", 400),
        (" " + "a" * 65 + "@example.com", 400),
        ("a@" + "b" * 64 + ".com", 400),
        ("a@" + "b." * 126 + "co", 400),
        ("a@192.0.2.1", 400),
        ("a@[999.1.1.1]", 400),
        ("a@b.1 ", 400),
        (".a@b.co", 400),
        ("a.@b.co", 400),
        ("a..b@c.de", 400),
    ],
)
def test_an_address_is_one_that_mail_can_be_sent_to(client, email, status):
    assert client.post("/users", json={"name": "Ada Lovelace", "email": email}).status_code == status
