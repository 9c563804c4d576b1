"""Lists of the REST API by pages: a `Link` header (RFC 8288) says where the next one is."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response


def linked(answer: Response, request: Request, **where: object) -> Response:
    """With a link to what follows: the same request, but for `where`; None: nothing follows."""
    query = request._request.GET.copy()
    for name, value in where.items():
        if value is None:
            return answer
        query[name] = str(value)
    answer["Link"] = f'<{request._request.path}?{query.urlencode()}>; rel="next"'
    return answer
