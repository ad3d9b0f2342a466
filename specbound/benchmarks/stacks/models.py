"""The contract's users as pydantic models."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

EMAIL = r"^[A-Za-z0-9._+-]{1,64}@([A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z0-9-]{1,63}$"
UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
LIMIT = Field(ge=1, le=100)


class NewUser(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=2, max_length=100)
    email: str = Field(pattern=EMAIL, max_length=254)


class User(NewUser):
    userId: str
    status: str
    version: int
    createdAt: str
    updatedAt: str


class NewUsers(BaseModel):
    model_config = ConfigDict(extra="forbid")
    items: Annotated[list[NewUser], Field(min_length=1, max_length=100)]


class Result(BaseModel):
    status: int
    user: User


class Results(BaseModel):
    results: list[Result]
    created: int
    failed: int


class Page(BaseModel):
    items: list[User]
    count: int
