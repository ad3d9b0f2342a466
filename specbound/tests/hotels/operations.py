"""What the service of hotels does: no more than to name its resources."""

from typing import Any

from specbound import Contract, Request, Resource, Response

Asked = Request[Any, Any]
Answer = Response[Any, Any]


class Hotels:
    def __init__(self, contract: Contract[Any]) -> None:
        self.hotels: Resource[Any, Any, Any, Any] = Resource(contract.tables.hotels, "hotel", "/hotels")

    def list_hotels(self, request: Asked) -> Answer:
        city = request.parameters.get("city")
        return self.hotels.page(request, "newest" if city is None else "by_city", city)

    def create_hotel(self, request: Asked) -> Answer:
        return self.hotels.create(request, lambda given: given)

    def create_hotels(self, request: Asked) -> Answer:
        return self.hotels.create_many(request, lambda given: given)

    def get_hotel(self, request: Asked) -> Answer:
        return self.hotels.represent(request, request.parameters["hotelId"])

    def change_hotel(self, request: Asked) -> Answer:
        return self.hotels.change(request, request.parameters["hotelId"], request.body)

    def remove_hotel(self, request: Asked) -> Answer:
        return self.hotels.remove(request, request.parameters["hotelId"])
