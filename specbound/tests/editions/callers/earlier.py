"""A team that stays with version 1, and its client: built of that version, it has the names that it always had."""

import sys

from editions_client import Client

with Client(sys.argv[1], token=sys.argv[2]) as client:
    made = client.books.add(name="Emma")
    assert client.books.get(made.book_id) == made
    assert next(iter(client.books.list())) == made
