"""Lists of the admin by pages that follow a key, as the platform's own are.

Nothing is counted, nothing is sorted by what no index has, and a search looks through a bounded
number of rows a page: an operator may open the list of a table of millions.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ShowFacets
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from core.pages.keyset import AFTER, BEFORE, KeysetPage, is_key, page_of


class KeysetChangeList(ChangeList):
    """Django's list of changes with another way through it; `page` has the links."""

    page: KeysetPage[Any]

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """What actions are for: all that is filtered and sought."""
        for name in (AFTER, BEFORE):  # where we are is no filter
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        query, self.query = self.query, ""
        self.walk = super().get_queryset(request, exclude_parameters)
        self.query = query
        return self._sought(request, self.walk)

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """The one that its index has, whatever is asked for."""
        terms: list[Any] = list(
            self.model_admin.get_ordering(request) or self.lookup_opts.ordering or []
        )
        return terms if terms and is_key(self.model, terms[-1]) else [*terms, "-pk"]

    def get_results(self, request: HttpRequest) -> None:
        fits = (lambda rows: self._sought(request, rows)) if self.query else None
        self.page = page_of(request, self.walk, fits=fits, size=self.list_per_page)
        self.result_list = self.page.rows
        self.result_count = self.full_result_count = len(self.page.rows)
        self.show_full_result_count = self.show_all = self.can_show_all = self.multi_page = False
        self.show_admin_actions = bool(self.page.rows)

    def _sought(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        return self.model_admin.get_search_results(request, rows, self.query)[0]


class KeysetLists:
    """Mixin of model admins. Their `ordering`, or the model's, ends with what is unique."""

    show_facets = ShowFacets.NEVER
    show_full_result_count = False
    sortable_by: Any = ()
    list_per_page = 30

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return KeysetChangeList
