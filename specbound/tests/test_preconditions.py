"""What holds for ETag, If-Match and If-None-Match, on every kind of resource."""

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(params=["users", "products", "inventory"])
def resource(request, client):
    """The path of a resource at version 2, and a change of it."""
    if request.param == "users":
        path = client.post("/users", json={"name": "Ada Lovelace", "email": "a@b.co"}).headers["location"]
        change = {"name": "Ada King"}
    else:
        product = {"name": "Trackball", "price": 45, "category": "mice"}
        path = client.post("/products", json=product).headers["location"]
        change = {"name": "Mouse"}
    if request.param == "inventory":
        path, change = path.replace("products", "inventory"), {"quantity": 5}
    client.put(path, json=change)
    return path, change


@pytest.mark.parametrize(
    "tag",
    ['"2"', "2", "*", '"1", "2"', '"2" , W/"9"', '"1",, "2"', b'"\xe9","2"']
    # No client sends a tab at the start, but a gateway may hand one on.
    + [pytest.param(each, marks=pytest.mark.in_process) for each in ('\t"1"\t,\t"2",', "\t*")],
)
def test_a_write_goes_through_if_the_version_is_among_those_named(client, resource, tag):
    path, change = resource

    written = client.put(path, json=change, headers={"if-match": tag})

    assert written.status_code == 200
    assert written.headers["etag"] == '"3"'


@pytest.mark.parametrize("tag", ['"1"', '"3"', 'W/"2"', '"x"', '"02"', '""'])
def test_a_write_is_refused_if_the_version_is_not_among_those_named(client, resource, tag):
    path, change = resource

    refused = client.put(path, json=change, headers={"if-match": tag})

    assert refused.status_code == 412
    assert client.get(path).headers["etag"] == '"2"'


@pytest.mark.parametrize(("tag", "status"), [('"1"', 412), ('"2"', 204)])
@pytest.mark.parametrize("resource", ["users", "products"], indirect=True)
def test_a_resource_is_deleted_only_at_the_version_named(client, resource, tag, status):
    path, _ = resource

    deleted = client.delete(path, headers={"if-match": tag})

    assert deleted.status_code == status
    assert client.get(path).status_code == (404 if status == 204 else 200)


def test_an_address_is_changed_only_at_the_version_named(client):
    created = client.post("/users", json={"name": "Ada Lovelace", "email": "a@b.co"})
    path = created.headers["location"]

    refused = client.put(path, json={"email": "c@d.co"}, headers={"if-match": '"2"'})
    changed = client.put(path, json={"email": "c@d.co"}, headers={"if-match": '"1"'})

    assert (refused.status_code, changed.status_code) == (412, 200)


@pytest.mark.parametrize("tag", ['"2"', 'W/"2"', "*", '"1", "2"', '"77",, "2"', ',W/"2"\t,"a,b"'])
def test_what_the_caller_has_already_is_not_sent_again(client, resource, tag):
    path, _ = resource

    known = client.get(path, headers={"if-none-match": tag})

    assert known.status_code == 304
    assert known.content == b""
    assert known.headers["etag"] == '"2"'


def test_what_has_changed_since_is_sent(client, resource):
    path, _ = resource

    fresh = client.get(path, headers={"if-none-match": '"1"'})

    assert fresh.status_code == 200


@pytest.mark.parametrize("tags", ["," * 8001, '"1",' + " " * 8000 + '"2"'])
@pytest.mark.parametrize("name", ["if-match", "if-none-match"])
def test_the_contract_counts_what_a_list_of_tags_holds_beside_them(client, resource, name, tags):
    path, _ = resource

    refused = client.get(path, headers={name: tags})

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"].lower() == f"/{name}"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_what_does_not_exist_is_not_found_whatever_version_is_named(client, method):
    path = "/users/7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"
    body = {"name": "No One"} if method == "PUT" else None

    missing = client.request(method, path, json=body, headers={"if-match": '"1"'})

    assert missing.status_code == 404


@pytest.mark.parametrize("tag", ["*", '"2"', 'W/"2"', '"1", "2"'])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_write_that_is_meant_for_another_version_is_refused(client, resource, method, tag):
    path, change = resource
    if method == "DELETE" and "inventory" in path:
        pytest.skip("stock is not deleted on its own")

    refused = client.request(method, path, json=change if method == "PUT" else None, headers={"if-none-match": tag})

    assert refused.status_code == 412
    assert client.get(path).headers["etag"] == '"2"'


@pytest.mark.parametrize("headers", [{"if-none-match": '"1"'}, {"if-none-match": '"1"', "if-match": '"2"'}])
def test_a_write_that_is_not_meant_for_another_version_is_done(client, resource, headers):
    path, change = resource

    assert client.put(path, json=change, headers=headers).status_code == 200


@pytest.mark.parametrize(("tag", "status"), [('"2"', 200), ("*", 200), ('"1", "2"', 200), ('"1"', 412), ('W/"2"', 412)])
def test_a_read_of_one_version_is_answered_only_while_there_is_that_version(client, resource, tag, status):
    path, _ = resource

    assert client.get(path, headers={"if-match": tag}).status_code == status


def test_if_match_is_looked_at_before_if_none_match(client, resource):
    path, _ = resource

    assert client.get(path, headers={"if-match": '"1"', "if-none-match": '"2"'}).status_code == 412
    assert client.get(path, headers={"if-match": '"2"', "if-none-match": '"2"'}).status_code == 304


WRITES = {"POST": {"name": "Ada", "email": "x@example.com"}, "PUT": {"name": "Ada"}, "GET": None, "DELETE": None}
DATE = "Sat, 29 Oct 1994 19:43:31 GMT"


@pytest.mark.parametrize(
    ("method", "path", "name", "value"),
    [
        *((method, "/users/{}", name, DATE) for method in ("GET", "PUT", "DELETE")
          for name in ("If-Modified-Since", "If-Unmodified-Since", "If-Range")),
        *(("POST", "/users", name, value) for name, value in (
            ("If-Match", '"1"'), ("If-None-Match", "*"), ("If-Unmodified-Since", DATE))),
        *(("GET", path, name, '"1"') for path in ("/users", "/health", "/docs")
          for name in ("If-Match", "If-None-Match")),
    ],
)  # fmt: skip
def test_a_precondition_that_an_operation_does_not_evaluate_is_refused_and_nothing_is_done(
    client, method, path, name, value
):
    user = client.post("/users", json={"name": "Ada Lovelace", "email": "a@b.co"}).json()

    refused = client.request(method, path.format(user["userId"]), json=WRITES[method], headers={name: value})

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"].lower() == f"/{name.lower()}"
    assert client.get("/users").json()["items"] == [user]
