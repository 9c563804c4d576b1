"""`manage.py make_load`: a database as large as a busy platform's after a year."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from dataclasses import asdict, fields
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.accounts.roles import LOCAL_OPERATOR
from datasets.models import Dataset
from deployments.models import Deployment
from platform_site.load.people import Chance, people_make
from platform_site.load.sizes import Sizes
from platform_site.load.traces import traces_make
from platform_site.load.work import Work
from projects.models import Project


class Command(BaseCommand):
    help = "Fill an empty database with rows, to see how the platform does with many of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for field in fields(Sizes):
            parser.add_argument(
                f"--{field.name}", type=int, help=f"how many; by default {field.default}, scaled"
            )
        parser.add_argument(
            "--scale", type=float, default=1.0, help="of all that is not named (0.01: a hundredth)"
        )
        parser.add_argument("--seed", type=int, default=1, help="of what is drawn by chance")
        parser.add_argument(
            "--beside", action="store_true", help="also where people's rows are already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["beside"] and _has_rows():
            raise CommandError(
                "There are people's rows in this database. make_load is for an empty one; with "
                "--beside it adds its rows all the same."
            )
        scaled = asdict(Sizes().times(options["scale"]))
        given = {name: options[name] for name in scaled if options[name] is not None}
        sizes = Sizes(**{**scaled, **given})
        began = time.monotonic()
        chance = Chance(options["seed"], timezone.now())
        people = people_make(chance, sizes.people)
        Work(chance, people, sizes).make()
        traces_make(chance, people, sizes)
        made = ", ".join(f"{count:,} {name}" for name, count in asdict(sizes).items())
        if options["verbosity"]:
            took = time.monotonic() - began
            self.stdout.write(f"{made} (seed {options['seed']}) in {took:.1f} s")


def _has_rows() -> bool:
    kinds = (Dataset.objects, Project.objects, Deployment.objects)
    people = User.objects.exclude(username=LOCAL_OPERATOR)
    return people.exists() or any(kind.exists() for kind in kinds)
