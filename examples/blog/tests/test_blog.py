"""A writer's day, as a browser sees it."""

from tests.people import IDA, PER, ida, per, reader

__all__ = ["ida", "per", "reader"]

SKY = {"title": "How to read the Sky", "topic": "weather", "text": "Look west in the evening."}


def place(created):
    """Where what was created is: `Location` may be relative to the request (RFC 9110, section 10.2.2)."""
    return created.url.join(created.headers["location"]).path


def test_who_signs_in_is_known_until_they_sign_out(reader, ida):
    assert ida.get("/me").json().items() >= {"handle": "ida", "email": "ida@inkwell.example"}.items()
    assert reader.get("/me").status_code == 401

    goodbye = ida.delete("/session")

    assert goodbye.status_code == 204
    assert "Max-Age=0" in goodbye.headers["set-cookie"]
    assert ida.get("/me").status_code == 401


def test_a_wrong_password_and_an_unknown_address_are_the_same(ida, reader):
    wrong = reader.post("/session", json={"email": IDA["email"], "password": "another harbour"})
    unknown = reader.post("/session", json={"email": "no@inkwell.example", "password": IDA["password"]})

    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.json() == unknown.json()


def test_neither_a_handle_nor_an_address_is_given_away_twice(ida, reader):
    assert reader.post("/writers", json={**PER, "handle": "ida"}).status_code == 409
    assert reader.post("/writers", json={**PER, "email": "IDA@inkwell.example"}).status_code == 409
    assert reader.post("/writers", json=PER).status_code == 201
    assert ida.patch("/me", json={"email": PER["email"]}).status_code == 409


def test_an_article_is_read_at_what_its_title_makes_of_its_address(ida, reader):
    published = ida.post("/articles", json=SKY)

    assert place(published) == "/articles/how-to-read-the-sky"
    assert reader.get("/articles/how-to-read-the-sky").json() == published.json()
    assert ida.post("/articles", json=SKY).status_code == 409


def test_only_who_wrote_an_article_changes_it(ida, per, reader):
    ida.post("/articles", json=SKY)
    article = "/articles/how-to-read-the-sky"

    assert [each.patch(article, json={"topic": "ships"}).status_code for each in (reader, per, ida)] == [401, 403, 200]
    assert [each.delete(article).status_code for each in (reader, per, ida)] == [401, 403, 204]
    assert reader.get(article).status_code == 404


def test_pages_have_numbers(ida, reader):
    titles = [f"Log {number}" for number in range(1, 6)]
    for title in titles:
        ida.post("/articles", json={**SKY, "title": title})

    pages = [reader.get("/articles", params={"page": page, "per_page": 2}).json() for page in (1, 2, 3, 4)]

    assert [[each["title"] for each in page["articles"]] for page in pages] == [
        ["Log 5", "Log 4"],
        ["Log 3", "Log 2"],
        ["Log 1"],
        [],
    ]
    assert [page["next_page"] for page in pages] == [2, 3, None, None]


def test_articles_are_found_by_author_and_topic(ida, per, reader):
    ida.post("/articles", json=SKY)
    ida.post("/articles", json={**SKY, "title": "Knots", "topic": "ships"})
    per.post("/articles", json={**SKY, "title": "Oars", "topic": "ships"})

    def titles(**asked):
        return {each["title"] for each in reader.get("/articles", params=asked).json()["articles"]}

    assert titles(topic="ships") == {"Knots", "Oars"}
    assert titles(author="ida") == {"How to read the Sky", "Knots"}
    assert titles(author="ida", topic="ships") == {"Knots"}


def test_who_is_signed_in_sees_what_is_theirs_and_others_see_the_same_without(ida, per, reader):
    ida.post("/articles", json=SKY)
    article = "/articles/how-to-read-the-sky"

    assert [per.put(f"{article}/favourite").json()["favourite"] for _ in range(2)] == [True, True]
    assert [each.get(article).json()["favourite"] for each in (reader, ida, per)] == [False, False, True]
    assert [each["favourite"] for each in per.get("/articles").json()["articles"]] == [True]
    assert [per.delete(f"{article}/favourite").json()["favourite"] for _ in range(2)] == [False, False]
    assert per.get(article).json()["favourite"] is False


def test_writers_follow_each_other(ida, per, reader):
    assert [per.put("/writers/ida/followers/me").status_code for _ in range(2)] == [204, 204]
    assert [each.get("/writers/ida").json()["following"] for each in (reader, ida, per)] == [False, False, True]
    assert [per.delete("/writers/ida/followers/me").status_code for _ in range(2)] == [204, 204]
    assert per.get("/writers/ida").json()["following"] is False
    assert per.put("/writers/nobody/followers/me").status_code == 404


def test_readers_comment_and_take_it_back(ida, per, reader):
    ida.post("/articles", json=SKY)
    comments = "/articles/how-to-read-the-sky/comments"

    said = per.post(comments, json={"text": "And at dawn?"}).json()

    assert reader.get(comments).json() == {"items": [said], "count": 1}
    assert [each.delete(f"{comments}/{said['commentId']}").status_code for each in (ida, per)] == [403, 204]
    assert reader.get("/articles/none/comments").status_code == 404


def test_what_is_wrong_is_said_as_this_contract_says_it(ida):
    refused = ida.post("/articles", json={**SKY, "topic": "cats"})

    assert refused.status_code == 400
    assert refused.json()["status"] == 400
    assert [each.partition(" ")[0] for each in refused.json()["fields"]] == ["topic"]
