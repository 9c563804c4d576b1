"""Lists of the REST API by pages: a `Link` header (RFC 8288) says where the next one is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import Invalid
from core.pages.keyset import Key, Order, Slice

MOST = 1_000
PAGE_PARAMETERS = [
    OpenApiParameter("limit", int, description="So many of them, 1 to 1000; by default all"),
    OpenApiParameter("after", str, description="Where to go on: from the header `Link`"),
]


def paged(request: Request, rows: QuerySet[Any], shown: Callable[[QuerySet[Any]], Any]) -> Response:
    """All rows; with a `limit`, those after `after`, and a link to what follows. Raises Invalid."""
    limit, order = request.query_params.get("limit"), Order(rows)
    if limit is None:
        return Response(shown(rows))
    if not (limit.isascii() and limit.isdigit() and 0 < int(limit[:9]) <= MOST):
        raise Invalid(_("Must be a number from 1 to %(most)s") % {"most": MOST}, field="limit")
    found = Slice(order, rows.only(*order.names), _place(request, order), None, int(limit))
    answer = Response(shown(rows.filter(pk__in=[row.pk for row in found.rows])))
    return linked(answer, request, after=order.encoded(found.next) if found.next else None)


def _place(request: Request, order: Order) -> Key | None:
    after = request.query_params.get("after")
    key = order.key_in(after or "")
    if after and key is None:
        raise Invalid(_("Must be a place that a Link header has named"), field="after")
    return key


def linked(answer: Response, request: Request, **where: object) -> Response:
    """With a link to what follows: the same request, but for `where`; None: nothing follows."""
    query = request._request.GET.copy()
    for name, value in where.items():
        if value is None:
            return answer
        query[name] = str(value)
    answer["Link"] = f'<{request._request.path}?{query.urlencode()}>; rel="next"'
    return answer
