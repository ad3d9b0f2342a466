"""FastAPI, which checks requests and replies by pydantic models; Mangum hands it API Gateway's events.

Its functions are `async`: others would go through a pool of threads, which costs more.
"""

from http import HTTPStatus
from uuid import uuid4

from fastapi import FastAPI, Response
from mangum import Mangum

from benchmarks.models import NewUser, User
from benchmarks.stacks.client_only import client
from benchmarks.workload import headers, new_user, stored_user

__all__ = ["client", "handler"]

app = FastAPI()


@app.post("/users", status_code=HTTPStatus.CREATED)
async def create_user(body: NewUser, response: Response) -> User:
    user = new_user(body.model_dump(), str(uuid4()))
    response.headers.update(headers(user))
    return User(**user)


@app.get("/users/{user_id}")
async def get_user(user_id: str, response: Response) -> User:
    response.headers["etag"] = '"1"'
    return User(**stored_user(user_id))


handler = Mangum(app, lifespan="off")
