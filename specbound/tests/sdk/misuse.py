"""Calls that a type checker must refuse: each comment says which error, and one that is not needed is an error, too."""

from uuid import uuid4

from catalogue_api_client import RetryingClient, all_items
from catalogue_api_client.api.inventory import list_inventory
from catalogue_api_client.api.users import create_user, get_user, list_users
from catalogue_api_client.models import NewUser, ProductChanges, User

client = RetryingClient(base_url="https://api.example.com", token="…")

NewUser(name="Ada Lovelace")  # type: ignore[call-arg]
NewUser(name="Ada Lovelace", email="ada@example.com", age=36)  # type: ignore[call-arg]
ProductChanges(price="19.99")  # type: ignore[arg-type]
create_user.sync(client=client, body={"name": "Ada Lovelace"})  # type: ignore[arg-type]
get_user.sync("7f9c24e8", client=client)  # type: ignore[arg-type]
list_users.sync(client=client, colour="blue")  # type: ignore[call-arg]
all_items(list_users.sync, client=client, colour="blue")  # type: ignore[call-arg]
all_items(list_inventory.sync, client=client, product_id=[uuid4()])  # type: ignore[arg-type]
RetryingClient(base_url="https://api.example.com", token=lambda: 5)  # type: ignore[arg-type, return-value]
user: User = get_user.sync(uuid4(), client=client)
print(user.nickname)  # type: ignore[attr-defined]
