"""GPUs for runs: how many one needs, and who of those that wait is next."""

from __future__ import annotations

from django.utils.translation import gettext as _

from platform_site.errors import Invalid
from platform_site.execution.hosts import hosts_known
from projects.inputs import Asked


def gpus_wanted(asked: Asked) -> int:
    """GPUs that a run of this configuration needs; without a word, one where there are any.

    Raises Invalid if no host has as many.
    """
    most = max((len(host.gpus) for host in hosts_known()), default=0)
    if asked.num_gpus is None:
        return 0 if asked.method == "merge" else min(1, most)
    if asked.num_gpus > most:
        raise Invalid(
            _("training.num_gpus: %(need)s GPUs are asked for, no host has more than %(most)s")
            % {"need": asked.num_gpus, "most": most},
            field="training_yaml_name",
        )
    return asked.num_gpus
