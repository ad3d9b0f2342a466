"""Calls that a type checker must refuse: each comment says which error, and one that is not needed is an error, too."""

from uuid import uuid4

from catalogue_api_client import Client, NewUser, Product, User

client = Client("https://api.example.com", token="…")

NewUser(name="Ada Lovelace")  # type: ignore[call-arg]
NewUser(name="Ada Lovelace", email="ada@example.com", age=36)  # type: ignore[call-arg]
client.users.create(name="Ada Lovelace")  # type: ignore[call-arg]
client.users.create(name="Ada Lovelace", email="ada@example.com", age=36)  # type: ignore[call-arg]
client.users.create_many(items=[{"name": "Ada Lovelace"}])  # type: ignore[list-item]
client.products.update(uuid4(), price="19.99")  # type: ignore[arg-type]
client.users.get(7)  # type: ignore[arg-type]
client.users.list(colour="blue")  # type: ignore[call-arg]
client.users.list(status="asleep")  # type: ignore[arg-type]
client.people.list()  # type: ignore[attr-defined]
for product in client.users.list():
    found: Product = product  # type: ignore[assignment]
client.raw(client.users.get)  # type: ignore[call-arg]
Client("https://api.example.com", token=lambda: 5)  # type: ignore[arg-type]
user: User = client.users.get(uuid4())
print(user.nickname)  # type: ignore[attr-defined]
