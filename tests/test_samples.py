"""What `make run` begins with: things that its users can see, and that are in nobody's way."""

import pytest

from specbound.compiled import read_document
from specbound.local.samples import load_samples
from specbound.testing.callers import DEPLOYED, app

if DEPLOYED:
    pytest.skip("What is deployed begins empty.", allow_module_level=True)


def test_there_is_something_of_each_list(client):
    load_samples(app())

    assert client.get("/users").json()["count"] == client.get("/products").json()["count"] == 2


@pytest.mark.parametrize("path", ["/users", "/products"])
def test_an_example_of_the_docs_page_can_be_sent_as_it_stands(client, path):
    load_samples(app())

    assert client.post(path, json=example(path)).status_code == 201


@pytest.mark.parametrize("path", ["/users/batch", "/products/batch"])
def test_so_can_an_example_of_many(client, path):
    load_samples(app())

    many = client.post(path, json=example(path)).json()

    assert many["failed"] == 0


def example(path):
    return read_document()["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"]
