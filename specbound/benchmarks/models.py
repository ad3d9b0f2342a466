"""The contract's users as pydantic models."""

from pydantic import BaseModel, ConfigDict, Field

EMAIL = r"^[A-Za-z0-9._+-]{1,64}@([A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z0-9-]{1,63}$"


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
