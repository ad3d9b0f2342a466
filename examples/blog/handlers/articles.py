"""Articles, at addresses that are made of their titles. Page numbers lead through them, as far as somebody leafs."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from handlers.service import articles, favourites
from handlers.sessions import me
from specbound import Conflict, NotFound, Problem, Response

if TYPE_CHECKING:
    from handlers.compiled import types


class NotYours(Problem):
    status = HTTPStatus.FORBIDDEN
    title = "Forbidden"
    detail = "Another writer wrote this."


def list_articles(request: types.ListArticlesRequest) -> types.ListArticlesResponse:
    page, size = request.parameters["page"], request.parameters["per_page"]
    found = _first(request, page * size + 1)[(page - 1) * size :]
    following = page + 1 if len(found) > size else None
    return Response(HTTPStatus.OK, {"articles": _seen_by(request, found[:size]), "page": page, "next_page": following})


def publish(request: types.PublishRequest) -> types.PublishResponse:
    def new(given: types.NewArticle) -> types.ArticlesInsert:
        return {**given, "slug": _slug(given["title"]), "author": me(request)}

    created = articles.create(request, new)
    return Response(created.status, {**created.body, "favourite": False}, created.headers)


def read_article(request: types.ReadArticleRequest) -> types.ReadArticleResponse:
    return _shown(request, articles.find(request.parameters["slug"]))


def edit_article(request: types.EditArticleRequest) -> types.EditArticleResponse:
    slug = _own(request)
    return _shown(request, articles.change(request, slug, request.body).body)


def unpublish(request: types.UnpublishRequest) -> types.UnpublishResponse:
    return articles.remove(request, _own(request))


def favour(request: types.FavourRequest) -> types.FavourResponse:
    article = articles.find(request.parameters["slug"])
    with suppress(Conflict):  # it may be one already
        favourites.create(request, lambda _: {"favouriteId": _favourite(request, article["slug"])})
    return _shown(request, article)


def unfavour(request: types.UnfavourRequest) -> types.UnfavourResponse:
    article = articles.find(request.parameters["slug"])
    with suppress(NotFound):  # it may be none
        favourites.remove(request, _favourite(request, article["slug"]))
    return _shown(request, article)


def _first(request: types.ListArticlesRequest, count: int) -> list[types.StoredArticle]:
    """The first articles of a list, newest first, a cursor after another."""
    found: list[types.StoredArticle] = []
    token = None
    while len(found) < count:
        parameters: Any = {**request.parameters, "limit": 100} | ({"nextToken": token} if token else {})
        page = _page(replace(request, parameters=parameters))
        found += page["items"]
        token = page.get("nextToken")
        if token is None:
            break
    return found[:count]


def _page(request: Any) -> Any:
    author, topic = (request.parameters.get(each) for each in ("author", "topic"))
    if author is None:
        return (articles.page(request, "newest") if topic is None else articles.page(request, "by_topic", topic)).body
    page = articles.page(request, "by_author", author).body
    return {**page, "items": [each for each in page["items"] if topic in (None, each["topic"])]}


def _own(request: Any) -> str:
    article = articles.find(request.parameters["slug"])
    if article["author"] != me(request):
        raise NotYours
    return article["slug"]


def _shown(request: Any, article: types.StoredArticle) -> Response[Any, Any]:
    return Response(HTTPStatus.OK, _seen_by(request, [article])[0])


def _seen_by(request: Any, found: list[types.StoredArticle]) -> list[types.Article]:
    keys = [_favourite(request, each["slug"]) for each in found] if request.subject else []
    theirs = {each["favouriteId"] for each in favourites.find_many(keys)}
    return [{**each, "favourite": _favourite(request, each["slug"]) in theirs} for each in found]


def _favourite(request: Any, slug: str) -> str:
    return f"{slug} {request.subject}"


def _slug(title: str) -> str:
    """`how-to-read-the-sky`; of a title without a letter or digit of ASCII, what it is called in Unicode's numbers."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-") or "-".join(f"{ord(each):x}" for each in title[:10])
