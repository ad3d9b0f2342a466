"""Names of operations: of each public operationId, or of method and path without one, the name of its function."""

import keyword
import re
import unicodedata

SNAKE_CASE = re.compile("[a-z][a-z0-9_]*")
# Capitals in a row are one word (HTTP of HTTPServer, URLs), and digits belong to the word before them.
WORD = re.compile("[A-Z]{2,}s(?![A-Za-z])[0-9]*|[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+[a-z]*")


def function_name(public_id: str, method: str, path: str) -> str:
    """The name of the function that answers an operation: `get_user` for getUser, the same for a name that is one.

    Without an operationId, or one of which nothing can be said in ASCII, it is made of method and path:
    `get_users_by_user_id` for GET /users/{userId}.
    """
    if is_name(public_id):
        return public_id
    found = words(public_id) or words(f"{method.lower()} {path.replace('{', ' by {')}")
    if found[0][0].isdigit():
        found = [method.lower(), *found]
    name = "_".join(found)
    return f"{name}_" if keyword.iskeyword(name) else name


def is_name(public_id: str) -> bool:
    """Whether an operationId is a function's name as it is."""
    return bool(SNAKE_CASE.fullmatch(public_id)) and not keyword.iskeyword(public_id)


def words(text: str) -> list[str]:
    """Its words, in lower case and ASCII: get, user of getUser."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return [each.lower() for each in WORD.findall(plain)]
