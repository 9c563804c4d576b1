"""Forms of the deployment pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.execution.hosts import hosts_known
from deployments.choices import DeploymentStatus, RestartPolicy
from deployments.services import Launch


class LaunchForm(forms.Form):
    """A launch; engine options are explained beside it, not hidden behind fields of ours."""

    model_path = forms.CharField(
        label=_("Model"),
        max_length=1024,
        help_text=_("A folder on the host, or a name such as owner/name that its cache has"),
    )
    model_version = forms.CharField(label=_("Version"), max_length=255, required=False)
    tags = forms.CharField(label=_("Tags"), required=False, help_text=_("Separated by commas"))
    preferred_gpu = forms.IntegerField(
        label=_("GPU"), required=False, min_value=0, max_value=1023,
        help_text=_("Its number; empty: the free one with the most memory"),
    )  # fmt: skip
    extra_args = forms.CharField(
        label=_("Engine options"),
        required=False,
        max_length=4096,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "mono"}),
        help_text=_("As on vLLM's command line"),
    )
    restart_policy = forms.ChoiceField(label=_("Start again"), choices=RestartPolicy.choices)
    health_path = forms.CharField(label=_("Health path"), max_length=1024, required=False)
    host = forms.ChoiceField(label=_("Host"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hosts = [host.name for host in hosts_known()]
        host: Any = self.fields["host"]
        host.choices = [("", _("Any with room")), *((name, name) for name in hosts)]
        if len(hosts) < 2:
            del self.fields["host"]
        self.fields["health_path"].widget.attrs["placeholder"] = settings.DEPLOY_HEALTH_PATH

    def launch(self) -> Launch:
        data = self.cleaned_data
        return Launch(
            model_path=data["model_path"],
            model_version=data["model_version"] or None,
            tags=[tag.strip() for tag in data["tags"].split(",") if tag.strip()],
            extra_args=data["extra_args"],
            preferred_gpu=data["preferred_gpu"],
            health_path=data["health_path"] or settings.DEPLOY_HEALTH_PATH,
            restart_policy=data["restart_policy"],
            host=data.get("host") or None,
        )


class FilterForm(forms.Form):
    """The list's filters, the same as the API's."""

    model = forms.CharField(label=_("Model"), required=False)
    tag = forms.CharField(label=_("Tag"), required=False)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All")), *DeploymentStatus.choices]
    )


class AdapterForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=255)
    path = forms.CharField(label=_("Path of the adapter"), max_length=1024)


# Shown beside the launch form: what people reach for, each with a line of explanation.
OPTIONS = [
    ("--served-model-name NAME", _("The name clients ask for, instead of the path")),
    (
        "--max-model-len 8192",
        _("Most tokens of a prompt with its answer; less needs less memory"),
    ),
    ("--tensor-parallel-size 2", _("Split the model over so many GPUs; they are leased together")),
    ("--gpu-memory-utilization 0.9", _("Share of the GPU's memory that the engine takes")),
    ("--dtype bfloat16", _("Number format of the weights in memory")),
    ("--quantization awq", _("For weights that were quantised that way")),
    ("--enable-lora", _("Adapters can be attached while it runs")),
    ("--max-num-seqs 64", _("Requests that are answered at once; the others wait")),
    ("--enforce-eager", _("Start faster and with less memory, answer more slowly")),
    ("--trust-remote-code", _("Run the model folder's own code: operators only")),
]
