"""What the service of hotels does: no more than to name its resources."""

from typing import Any

from specbound import Bounds, Conflict, Contract, Request, Resource, Response, page_of

Asked = Request[Any, Any]
Answer = Response[Any, Any]


class TooManyVisits(Conflict):
    detail = "Nobody counts that far."


class TooManyStars(Conflict):
    detail = "No hotel has more than five."


MOST_STARS = 5
VISITS: Bounds[Any] = Bounds("visits", 0, 1000, lambda hotel, amount: TooManyVisits())


class Hotels:
    def __init__(self, contract: Contract[Any]) -> None:
        self.hotels: Resource[Any, Any, Any, Any] = Resource(contract.tables.hotels, "hotel", "/hotels")
        self.rooms: Resource[Any, Any, Any, Any] = Resource(contract.tables.rooms, "room", "/rooms")
        self.tours: Resource[Any, Any, Any, Any] = Resource(contract.tables.tours, "tour", "/tours")
        self.stops: Resource[Any, Any, Any, Any] = Resource(contract.tables.stops, "stop", "/tours/{tourId}/stops")
        self.offers: Resource[Any, Any, Any, Any] = Resource(contract.tables.offers, "offer", "/offers")

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

    def replace_hotel(self, request: Asked) -> Answer:
        return self.hotels.replace(request, request.parameters["hotelId"], request.body)

    def restore_hotel(self, request: Asked) -> Answer:
        return self.hotels.restore(request, request.parameters["hotelId"])

    def unset_stars(self, request: Asked) -> Answer:
        return self.hotels.unset(request, request.parameters["hotelId"], "stars")

    def add_star(self, request: Asked) -> Answer:
        def one_more(hotel: dict[str, Any]) -> dict[str, Any]:
            if hotel.get("stars", 0) >= MOST_STARS:
                raise TooManyStars
            return {"stars": hotel.get("stars", 0) + 1}

        return self.hotels.change_by(request, request.parameters["hotelId"], one_more)

    def add_notes(self, request: Asked) -> Answer:
        return self.hotels.append(request, request.parameters["hotelId"], "notes", request.body)

    def count_visit(self, request: Asked) -> Answer:
        return self.hotels.adjust(request, request.parameters["hotelId"], 1, VISITS)

    def list_offers(self, request: Asked) -> Answer:
        if "offerId" in request.parameters:
            return page_of(self.offers.find_many(request.parameters["offerId"]))
        return self.offers.page(request, "newest")

    def get_offer(self, request: Asked) -> Answer:
        return self.offers.represent(request, request.parameters["offerId"])

    def put_offer(self, request: Asked) -> Answer:
        return self.offers.upsert(request, request.parameters["offerId"], request.body)

    def remove_offer(self, request: Asked) -> Answer:
        return self.offers.remove(request, request.parameters["offerId"])

    def create_room(self, request: Asked) -> Answer:
        return self.rooms.create(request, lambda given: given)

    def get_room(self, request: Asked) -> Answer:
        return self.rooms.represent(request, request.parameters["roomId"])

    def change_room(self, request: Asked) -> Answer:
        return self.rooms.change(request, request.parameters["roomId"], request.body)

    def remove_room(self, request: Asked) -> Answer:
        return self.rooms.remove(request, request.parameters["roomId"])

    def get_tour(self, request: Asked) -> Answer:
        return self.tours.represent(request, request.parameters["tourId"])

    def put_tour(self, request: Asked) -> Answer:
        return self.tours.upsert(request, request.parameters["tourId"], request.body)

    def remove_tour(self, request: Asked) -> Answer:
        return self.tours.remove(request, request.parameters["tourId"])

    def list_stops(self, request: Asked) -> Answer:
        return self.stops.children(request, request.parameters["tourId"])

    def create_stop(self, request: Asked) -> Answer:
        return self.stops.create(request, lambda given: {**given, "tourId": request.parameters["tourId"]})
