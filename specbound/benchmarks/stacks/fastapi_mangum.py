"""FastAPI, which checks requests and replies by pydantic models; Mangum hands it API Gateway's events.

Its functions are `async`: others would go through a pool of threads, which costs more.
"""

from http import HTTPStatus
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path, Query, Response
from mangum import Mangum

from benchmarks.stacks import storage
from benchmarks.stacks.models import UUID, NewUser, NewUsers, Page, Results, User
from benchmarks.stacks.storage import stub

__all__ = ["LACKS", "handler", "stub"]

LACKS = ("POST with a key",)
app = FastAPI()


@app.post("/users", status_code=HTTPStatus.CREATED)
async def create_user(body: NewUser, response: Response) -> User:
    user = storage.create(body.model_dump())
    response.headers.update(storage.headers(user))
    return User(**user)


@app.post("/users/batch")
async def create_users(body: NewUsers) -> Results:
    return Results(**storage.results(storage.create_many([each.model_dump() for each in body.items])))


@app.get("/users/{user_id}")
async def get_user(user_id: Annotated[str, Path(pattern=UUID)], response: Response) -> User:
    user = storage.find(user_id)
    if user is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    response.headers.update(storage.headers(user))
    return User(**user)


@app.get("/users")
async def list_users(limit: Annotated[int, Query(ge=1, le=100)] = 20) -> Page:
    users = storage.newest(limit)
    return Page(items=users, count=len(users))


handler = Mangum(app, lifespan="off")
