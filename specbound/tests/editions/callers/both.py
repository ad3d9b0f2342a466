"""Who calls both versions, by the client of the whole contract."""

import sys

from editions_client import Client

with Client(sys.argv[1], token=sys.argv[2]) as client:
    made = client.books.add(title="Odes", author="John Keats")
    assert client.v1.books.get(made.book_id).name == "Odes"
    assert [each.title for each in client.books.list()] == [each.name for each in client.v1.books.list()]
