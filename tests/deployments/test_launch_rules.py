"""Which engine options and which places of models a launch may name, and who may."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from core.accounts.actor import Actor
from core.errors import Forbidden, Invalid, PlatformError
from deployments.adapters import check_adapter
from deployments.pages.forms import OPTIONS
from deployments.rules.checks import check_extra_args, with_places
from deployments.rules.engine_options import engine_options
from deployments.rules.extra_args import split_extra_args
from deployments.rules.model_paths import check_model
from deployments.rules.options import ALLOWED, RESERVED
from projects.models import Project, Run
from projects.runs.paths import run_folder

pytestmark = pytest.mark.django_db


def checked(user: User, text: str) -> list[str]:
    """What a launch does with extra_args before anything else."""
    arguments = split_extra_args(text)
    check_extra_args(Actor(user, "session"), arguments)
    engine_options(arguments)
    return arguments


# Options -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["--trust-remote-code", "--trust_remote_code", "--trust-remote", "--tru", "--config x.yaml",
     "--trust-remote-code=1", "--allowed-local-media-path /", "'--trust-remote-code'",
     "--max-model-len 5 --middleware evil.Code", "--hf-overrides.architectures x",
     "--hf_overrides {}", "--worker-extension-cls=a.B", "--log-config-file storage/x.json",
     "--logging-config.pylogging_config_file x.json", "--tool-server demo", "--tokenizer /etc",
     "--kv-transfer-config.kv_connector_module_path x", "--speculative-config.model /etc",
     """--kv-events-config '{"publisher": "zmq", "endpoint": "tcp://0.0.0.0:5557"}'""",
     "-sc.model /etc", "-cc.debug_dump_path /x", "--download-dir /tmp", "--hf-token",
     "--an-option-of-next-year", "--no-an-option", "-x", "--allowed-media-domains *"],
)  # fmt: skip
def test_an_option_that_is_not_listed_is_an_operators(
    alice: User, operator: User, text: str
) -> None:
    with pytest.raises(Forbidden):
        checked(alice, text)
    checked(operator, text)


@pytest.mark.parametrize(
    "text",
    ["", "--max-model-len 4096 --dtype bfloat16", "-tp 2", "-O3", "-O 2", "--max-model-len 8k",
     "--max_model_len=-1 --seed=7", "--served-model-name a 'b c' 模型", "-q awq -ep",
     "--no-enable-prefix-caching --no_enable_lora", "--gpu-memory-utilization .85",
     "--enable-auto-tool-choice --tool-call-parser hermes --reasoning-parser deepseek_r1",
     """--limit-mm-per-prompt '{"image": 2, "video": {"count": 1, "num_frames": 32}}'""",
     """--override-generation-config='{"temperature": 0.5, "top_k": -1}'""",
     """--default-chat-template-kwargs '{"enable_thinking": false}'""",
     "--enable-lora --max-loras 4 --max-lora-rank 64 --kv-cache-dtype fp8_e4m3",
     "--max-model-len 1 --max-model-len 2", "--cudagraph-capture-sizes 1 2 4",
     "--max-num-batched-tokens 1.5k"],
)  # fmt: skip
def test_listed_options_are_everybodys(alice: User, text: str) -> None:
    checked(alice, text)


def test_what_the_launch_page_offers_passes(alice: User) -> None:
    offered = [option for option, _why in OPTIONS if option != "--trust-remote-code"]
    checked(alice, " ".join(offered))


@pytest.mark.parametrize(
    "text",
    ["--max-model-len many", "--max-model-len", "--max-model-len 1 2", "--enforce-eager=1",
     "--tool-call-parser /x.py", "--reasoning-parser a.b", "--dtype int1", "--seed -2",
     "--tool-call-parser ../x", "--generation-config /etc", "--distributed-executor-backend a.B",
     "--distributed-executor-backend ray", "--load-format tensorizer", "--quantization a/b",
     "--tokenizer-mode custom", "--revision ../../x", "--attention-backend a.B", "-tp ٣",
     """--default-chat-template-kwargs '{"chat_template": "x"}'""", "--gpu-memory-utilization 0",
     """--default-chat-template-kwargs '{"a": "{{ 1 }}"}'""", "--gpu-memory-utilization nan",
     """--override-generation-config '{"temperature": NaN}'""", "--max-lora-rank 7",
     """--override-generation-config '{"chat_template": 1}'""", "--no-max-model-len",
     """--mm-processor-kwargs '{"trust_remote_code": true}'""",
     """--limit-mm-per-prompt '{"image": {"count": 1, "path": "/x"}}'""",
     """--limit-mm-per-prompt '[1]'""", "--limit-mm-per-prompt.image 2", "stray", "-- --seed 1",
     "--served-model-name ''", "--served-model-name", "--no-seed", "--seed=1 2", "-tp=x", "--"],
)  # fmt: skip
def test_a_value_has_the_options_type(alice: User, text: str) -> None:
    with pytest.raises(PlatformError):
        checked(alice, text)


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_what_the_platform_sets_is_nobodys(operator: User, name: str) -> None:
    """Nor any beginning of it, which vLLM would take for it, nor its other writings."""
    for written in (name, name.replace("-", "_").replace("__", "--", 1), f"{name}=x", f"{name}.a"):
        with pytest.raises(Invalid):
            checked(operator, f"{written} x")
    for length in range(4, len(name)):
        beginning = name[:length]
        if beginning not in ALLOWED and not beginning.endswith("-"):
            with pytest.raises(Invalid):
                checked(operator, f"{beginning} x")


@pytest.mark.parametrize(
    ("text", "meant"),
    [("--ud /x", "--uds"), ("--served-model x", "--served-model-name"), ("-h", "--help"),
     ("--tensor-parallel 2", "--tensor-parallel-size"), ("--enforce", "--enforce-eager"),
     ("--no-enable-lor", "--no-enable-lora"), ("--tensor_parallel=2", "--tensor-parallel-size")],
)  # fmt: skip
def test_a_beginning_of_an_option_is_refused_by_name(
    alice: User, operator: User, text: str, meant: str
) -> None:
    for user in (alice, operator):
        with pytest.raises(Invalid, match=meant):
            checked(user, text)


def test_a_mistyped_option_is_named(alice: User) -> None:
    with pytest.raises(Forbidden, match="did you mean --tensor-parallel-size"):
        checked(alice, "--tensor-paralel-size 2")


def test_an_operator_adds_options_for_everybody(alice: User, settings: Any) -> None:
    settings.ENGINE_FLAGS = [
        "--compilation_config", "-sc", "--tokens", "--trust-remote-code", "--chat-template",
    ]  # fmt: skip
    more = """--compilation-config '{"a": 1}' --compilation-config.b 2 -sc x --tokens 9 8"""
    checked(alice, more)
    with pytest.raises(Forbidden):  # never what loads code
        checked(alice, "--trust-remote-code")
    with pytest.raises(Invalid):  # nor is a listed one less bound
        checked(alice, "--chat-template /etc/passwd")
    settings.ENGINE_FLAGS = ["--port"]
    with pytest.raises(Invalid):
        checked(alice, "--port 1")


def test_sizes_are_read_as_the_engine_reads_them() -> None:
    def read(text: str) -> Any:
        return engine_options(split_extra_args(text))

    assert read("-tp 2 --pipeline_parallel_size=2 -dp 3 -tp 4").gpus == 24
    assert read("--max-model-len 8k").max_model_len == 8000
    assert read("--max-model-len 25.6k").max_model_len == 25_600
    assert read("--max-model-len 8K").max_model_len == 8192
    assert read("--max-model-len auto").max_model_len is None
    assert read("--enable-lora --no-enable-lora").lora is False
    assert read("--device-memory-utilization 0.5").utilization == 0.5
    assert read("--served-model-name a b --served-model-name=c").served_names == ["c"]


# As people paste them ----------------------------------------------------------------------


def test_a_pasted_command_goes_on_after_a_backslash() -> None:
    pasted = "--max-model-len 8 \\\r\n  --dtype auto \\ \n--seed 1 \\\n"
    assert split_extra_args(pasted) == ["--max-model-len", "8", "--dtype", "auto", "--seed", "1"]
    assert split_extra_args("--seed\r\n1\n--enforce-eager\n")[1:] == ["1", "--enforce-eager"]


@pytest.mark.parametrize("text", ["'open", "a\0b", "x" * 5000, "a\x1bb", "a\rb"])
def test_what_cannot_be_split_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        split_extra_args(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [("--served-model-name “my model”", "curly"), ("--dtype ‘auto’", "curly"),
     ("–seed 1", "dash"), ("—seed 1", "dash"),
     ('--limit-mm-per-prompt {"image": 2}', "single quotes"),
     ("--limit-mm-per-prompt {image:2}", "single quotes"),
     ("--limit-mm-per-prompt '{“image”: 2}'", "single quotes"),
     ('--hf-overrides {"a": {"b": 1}}', "single quotes"), ("serve m", "belongs to no option")],
)  # fmt: skip
def test_lost_quotes_are_hinted_at(operator: User, text: str, hint: str) -> None:
    with pytest.raises(Invalid, match=hint):
        checked(operator, text)


def test_shell_signs_are_plain_text() -> None:
    assert split_extra_args("--x $(id) ; rm -rf / | `y`")[:3] == ["--x", "$(id)", ";"]


# Places ------------------------------------------------------------------------------------


def model_at(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    return folder


@pytest.fixture
def models(settings: Any) -> Path:
    return Path(settings.HOST_TRAINING_DIR) / "models"


def test_models_come_from_where_operators_put_them(
    alice: User, operator: User, models: Path, tmp_path: Path, settings: Any
) -> None:
    scientist, chief = Actor(alice, "session"), Actor(operator, "session")
    inside, outside = model_at(models / "good"), model_at(tmp_path / "elsewhere")
    (models / "link").symlink_to(outside)
    for allowed in (str(inside), str(outside), str(models / "link"), "owner/name", "name"):
        check_model(scientist, allowed)
    (models.parent / "link").symlink_to(settings.PLATFORM_VAR)
    bad = [str(models.parent / "link"), str(models / ".." / "datasets"), str(settings.DEID_KEY_DIR),
           str(settings.LLM_APP_STORAGE), str(settings.PLATFORM_VAR), ".", "core"]  # fmt: skip
    for path in bad:
        with pytest.raises(Invalid, match="must lie under"):
            check_model(scientist, path)
    check_model(chief, str(outside))
    settings.MODEL_ROOTS = [str(tmp_path / "elsewhere")]
    for actor in (scientist, chief):
        check_model(actor, str(outside))
        check_model(actor, str(inside))
        for path in ("/etc", "owner/name", str(tmp_path / "elsewhere-of-others")):
            with pytest.raises(Invalid, match="must lie under"):
                check_model(actor, path)


@pytest.mark.parametrize(
    "path",
    ["/x\ud800", "/x\0y", "/" + "a" * 300, "~nobody-of-this-name/x", "/dev/fd/0", "a" * 300,
     "../x"],
)  # fmt: skip
def test_odd_paths_are_refused(alice: User, operator: User, path: str) -> None:
    for user in (alice, operator):
        with pytest.raises(Invalid):
            check_model(Actor(user, "session"), path)
        with pytest.raises(Invalid):
            check_adapter(Actor(user, "session"), "one", path)


def test_a_runs_model_is_theirs_who_see_the_run(
    alice: User, bob: User, models: Path, tmp_path: Path
) -> None:
    project = Project.objects.create(owner=alice, name="p")
    run = Run.objects.create(project=project, start_command="x")
    final = model_at(run_folder(run).output / "final")
    check_model(Actor(alice, "session"), str(final))
    with pytest.raises(Invalid):
        check_model(Actor(bob, "session"), str(final))
    Project.objects.update(visibility="everyone")
    check_model(Actor(bob, "session"), str(final))
    control = model_at(run_folder(run).root / "control")  # what is not its output stays closed
    with pytest.raises(Invalid):
        check_model(Actor(alice, "session"), str(control))
    # Nor may a link in the model's folder lead to what is not theirs.
    (tmp_path / "secret_key").write_text("s" * 50)
    (final / "tokenizer.json").symlink_to(tmp_path / "secret_key")
    with pytest.raises(Invalid, match="must lie under"):
        check_model(Actor(alice, "session"), str(final))


def test_adapters_and_templates_come_from_the_same_places(
    alice: User, operator: User, models: Path, tmp_path: Path, settings: Any
) -> None:
    settings.CHAT_TEMPLATE_DIR = tmp_path / "templates"
    settings.CHAT_TEMPLATE_DIR.mkdir()
    (settings.CHAT_TEMPLATE_DIR / "good.jinja").write_text("{{ messages }}")
    (settings.CHAT_TEMPLATE_DIR / "link.jinja").symlink_to(tmp_path / "secret")
    (tmp_path / "secret").write_text("s")
    checked(alice, f"--chat-template {settings.CHAT_TEMPLATE_DIR / 'good.jinja'}")
    for path in (tmp_path / "secret", settings.CHAT_TEMPLATE_DIR / "link.jinja", "{{ inline }}"):
        with pytest.raises(Invalid, match="must lie under"):
            checked(alice, f"--chat-template '{path}'")
        checked(operator, f"--chat-template '{path}'")
    for folder in (models / "adapter", tmp_path / "adapter"):
        folder.mkdir(parents=True)
        (folder / "adapter_config.json").write_text("{}")
    check_adapter(Actor(alice, "session"), "one", str(models / "adapter"))
    check_adapter(Actor(operator, "session"), "one", str(tmp_path / "adapter"))
    check_adapter(Actor(alice, "session"), "one", str(tmp_path / "adapter"))
    settings.MODEL_ROOTS = [str(models)]
    with pytest.raises(Invalid, match="must lie under"):
        check_adapter(Actor(alice, "session"), "one", str(tmp_path / "adapter"))


def test_files_of_options_are_named_in_full(settings: Any) -> None:
    given = ["--chat-template", "README.md", "--chat_template=README.md", "--x", "README.md"]
    readme = str(settings.BASE_DIR / "README.md")
    assert with_places(given) == [
        "--chat-template", readme, f"--chat_template={readme}", "--x", "README.md",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"adapter_config.json": "{}"}, "LoRA adapter: launch its base"),
        (
            {
                "config.json": "{}",
                "model.safetensors": "version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
            },
            "git lfs pull",
        ),
    ],
)
def test_a_folder_that_cannot_be_served_is_refused_at_once(
    operator: User, tmp_path: Path, files: dict[str, str], words: str
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    with pytest.raises(Invalid, match=words):
        check_model(Actor(operator, "session"), str(folder))


def test_gguf_files_and_mistrals_folders_are_models(operator: User, tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    (tmp_path / "mistral").mkdir()
    (tmp_path / "mistral" / "params.json").write_text("{}")
    for path in (tmp_path / "m.gguf", tmp_path, tmp_path / "mistral"):
        check_model(Actor(operator, "session"), str(path))
