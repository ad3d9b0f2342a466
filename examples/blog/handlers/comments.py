"""Comments: what readers say of an article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.articles import NotYours
from handlers.service import articles, comments
from handlers.sessions import me
from specbound import NotFound

if TYPE_CHECKING:
    from handlers.compiled import types


def list_comments(request: types.ListCommentsRequest) -> types.ListCommentsResponse:
    article = articles.find(request.parameters["slug"])
    return comments.page(request, "by_article", article["slug"])


def comment(request: types.CommentRequest) -> types.CommentResponse:
    slug = articles.find(request.parameters["slug"])["slug"]
    return comments.create(request, lambda given: {**given, "slug": slug, "author": me(request)})


def take_back_comment(request: types.TakeBackCommentRequest) -> types.TakeBackCommentResponse:
    found = comments.find(request.parameters["commentId"])
    if found["slug"] != request.parameters["slug"]:
        raise NotFound("There is no such comment on this article.")
    if found["author"] != me(request):
        raise NotYours
    return comments.remove(request, found["commentId"])
