"""The configuration's keys as data: type, default, range and a line of explanation of each.

Read by the trainer, by the platform's form and checks, and by the documentation. Standard library
only, so that all of them can.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ONLINE = ("ppo", "grpo", "rloo")
PREFERENCE = ("dpo", "kto")
RL = (*ONLINE, *PREFERENCE)
METHODS = ("sft", "lora", "reward", *RL)
JOB_TYPES = ("sft", "lora", "rl", "reward", *RL, "merge")
DEFAULT_RL = "ppo"
LEARNS_FROM_ROWS = ("sft", "lora", "reward", *PREFERENCE)
SPEAKS = ("sft", "lora", *RL)
ADAPTS = ("lora", "reward", *RL)
SHARDED = ("sft", "lora", "reward", *PREFERENCE, "grpo", "rloo")
MERGE_READS = ("job", "model")
SCHEDULERS = (
    "linear", "cosine", "constant", "constant_with_warmup", "polynomial", "inverse_sqrt",
)  # fmt: skip


@dataclass(frozen=True)
class Key:
    """One key of a section. `methods`: those that read it; empty means all.

    kind: int, float, bool, text, file (of rows), model (a folder or a name), names (a list of names
    or the word all-linear), texts (a list of texts).
    """

    section: str
    name: str
    kind: str
    default: Any
    help_en: str
    help_zh: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return f"{self.section}.{self.name}"

    def help(self, language: str) -> str:
        return self.help_zh if language.startswith("zh") else self.help_en


def _section(name: str, *keys: tuple[Any, ...] | tuple[tuple[Any, ...], dict[str, Any]]) -> Any:
    made = []
    for key in keys:
        plain, more = key if isinstance(key[-1], dict) else (key, {})
        made.append(Key(name, *plain, **more))
    return tuple(made)


SECTIONS: dict[str, tuple[Key, ...]] = {
    "job": _section(
        "job",
        (("type", "text", "sft", "What kind of training", "训练类型"), {"choices": JOB_TYPES}),
        (("method", "text", None, "Which algorithm of type rl; ppo if nothing is said",
          "rl 类型所用的算法，默认 ppo"), {"choices": RL, "methods": RL}),
        ("project", "text", "", "A name for your own use", "自用的项目名"),
    ),
    "model": _section(
        "model",
        (("base", "model", None, "Model to start from: a name in models/ or a folder",
          "起始模型：models/ 中的名称或目录"), {"methods": ("sft", "lora", "reward", "merge")}),
        (("policy", "model", None, "Model that is trained by reinforcement learning or preferences",
          "强化学习或偏好训练的策略模型"), {"methods": (*RL, "reward")}),
        (("reference", "model", None, "Model that the policy may not leave too far; the policy's start if left out",
          "参考模型，策略不得偏离过远；省略时为策略的初始权重"), {"methods": RL}),
        (("reward", "model", None, "Reward model that scores the answers",
          "给回答打分的奖励模型"), {"methods": ONLINE}),
        (("adapter", "model", None, "LoRA adapter to merge into its base", "要合并到基座的 LoRA 适配器"),
         {"methods": ("merge",)}),
    ),
    "data": _section(
        "data",
        ("train", "file", None, "Training file when the platform names none", "平台未指定时的训练文件"),
    ),
    "training": _section(
        "training",
        (("max_steps", "int", 0, "Optimiser steps; 0: by epochs", "优化步数；0 表示按轮数"), {"low": 0}),
        (("num_train_epochs", "float", 3.0, "Passes over the data where max_steps is 0",
          "max_steps 为 0 时遍历数据的轮数"), {"low": 0.001, "high": 1000}),
        (("learning_rate", "float", 5e-5, "Peak learning rate", "最高学习率"), {"low": 0, "high": 10}),
        (("per_device_train_batch_size", "int", 4, "Rows a forward pass on each device",
          "每个设备每次前向的样本数"), {"low": 1}),
        (("gradient_accumulation_steps", "int", 1, "Forward passes before each step",
          "每步累积的前向次数"), {"low": 1, "methods": ("sft", "lora", "reward", "dpo", "kto", "ppo")}),
        (("max_length", "int", 1024, "Tokens a row is cut at; reward leaves longer pairs out",
          "每条样本的最大词元数；reward 会略去更长的样本对"),
         {"low": 8, "methods": LEARNS_FROM_ROWS}),
        (("packing", "bool", False, "Put several short rows into one sequence", "将多条短样本拼成一个序列"),
         {"methods": ("sft", "lora")}),
        (("warmup_steps", "int", 0, "Steps to reach the peak learning rate", "学习率预热步数"), {"low": 0}),
        (("lr_scheduler_type", "text", "linear", "How the learning rate falls", "学习率的下降方式"),
         {"choices": SCHEDULERS}),
        (("weight_decay", "float", 0.0, "AdamW's weight decay", "AdamW 权重衰减"), {"low": 0}),
        (("max_grad_norm", "float", 1.0, "Gradients are clipped to this norm; 0: not",
          "梯度裁剪范数；0 表示不裁剪"), {"low": 0}),
        (("nonfinite_patience", "int", 3,
          "Metrics lines in a row with a loss that is not finite, after which the training ends; 0: go on",
          "损失连续多少个指标行不是有限数时结束训练；0 表示继续"), {"low": 0}),
        (("seed", "int", 42, "Seed of everything random", "随机种子"), {"low": 0}),
        (("logging_steps", "int", 1, "Steps between metrics lines", "指标行的步数间隔"), {"low": 1}),
        ("gradient_checkpointing", "bool", None,
         "Recompute activations to save memory; on GPUs unless told", "重算激活以省显存；GPU 上默认开启"),
        (("mixed_precision", "text", "auto", "auto: bf16 where the GPU can, else full precision",
          "auto：GPU 支持时用 bf16，否则全精度"), {"choices": ("auto", "no", "bf16", "fp16")}),
        ("bf16", "bool", None, "Older spelling of mixed_precision: bf16 or no",
         "mixed_precision 的旧写法：bf16 或 no"),
        (("num_gpus", "int", None, "GPUs of the run; one where there are any; 0: CPU",
          "运行所用 GPU 数；默认有 GPU 时用一块；0 表示 CPU"), {"low": 0, "high": 1024}),
        (("sharding", "text", "none", "Spread weights and optimiser over the processes",
          "将权重与优化器状态分片到各进程"), {"choices": ("none", "fsdp", "deepspeed"),
                                "methods": SHARDED}),
        (("deepspeed_stage", "int", 2, "DeepSpeed's ZeRO stage", "DeepSpeed 的 ZeRO 阶段"),
         {"low": 1, "high": 3, "methods": SHARDED}),
        (("cpu_offload", "bool", False, "Keep what is sharded in main memory", "将分片内容放在主存"),
         {"methods": SHARDED}),
        (("rollout_batch_size", "int", 8, "Answers sampled for each step, all processes together",
          "每步采样的回答数（所有进程合计）"), {"low": 1, "methods": ONLINE}),
        (("kl_coeff", "float", 0.05, "Weight of the KL penalty (beta of DPO and KTO)",
          "KL 惩罚系数（DPO、KTO 的 beta）"), {"low": 0, "methods": RL}),
        (("ppo_epochs", "int", 4, "Passes over each rollout", "每批采样的优化遍数"),
         {"low": 1, "methods": ("ppo",)}),
        (("clip_range", "float", 0.2, "How far a ratio of probabilities may go in one step",
          "概率比的裁剪范围"), {"low": 0, "high": 1, "methods": ("ppo",)}),
        (("vf_coef", "float", 0.1, "Weight of the critic's loss", "价值损失的权重"),
         {"low": 0, "methods": ("ppo",)}),
        (("per_device_rollout_batch_size", "int", None,
          "Answers sampled and scored at a time on each device; four times per_device_train_batch_size if left out",
          "每个设备每次采样并打分的回答数；省略时为 per_device_train_batch_size 的四倍"),
         {"low": 1, "methods": ("ppo",)}),
        (("num_generations", "int", 4, "Answers to each prompt that are compared",
          "每个提示用于比较的回答数"), {"low": 2, "methods": ("grpo", "rloo")}),
        (("temperature", "float", 1.0, "Sampling temperature of the answers", "采样温度"),
         {"low": 0.01, "high": 10, "methods": ONLINE}),
        (("max_prompt_length", "int", 512, "Tokens a prompt is cut at", "提示的最大词元数"),
         {"low": 1, "methods": ("ppo",)}),
        (("max_completion_length", "int", 64, "Tokens of an answer at most", "回答的最大词元数"),
         {"low": 1, "methods": ONLINE}),
        (("score_threshold", "float", None, "Scores from here on count as good; the median if left out",
          "达到此分视为好回答；省略时取中位数"), {"methods": ("kto",)}),
    ),
    "lora": _section(
        "lora",
        (("r", "int", 8, "Rank of the adapter", "适配器的秩"), {"low": 1, "high": 4096, "methods": ADAPTS}),
        (("alpha", "float", 16.0, "Scale: alpha / r", "缩放：alpha / r"), {"low": 0, "methods": ADAPTS}),
        (("dropout", "float", 0.0, "Dropout before the adapter", "适配器前的 dropout"),
         {"low": 0, "high": 0.99, "methods": ADAPTS}),
        (("target_modules", "names", "all-linear", "Modules that get an adapter", "加适配器的模块"),
         {"methods": ADAPTS}),
    ),
    "evaluation": _section(
        "evaluation",
        ("data", "file", "", "Held-out file", "留出数据文件"),
        (("split", "float", 0.0, "Share of the training rows to hold out where no file is given",
          "未给文件时从训练数据留出的比例"), {"low": 0, "high": 0.9, "methods": LEARNS_FROM_ROWS}),
        (("eval_steps", "int", 50, "Steps between evaluations", "评估的步数间隔"),
         {"low": 1, "methods": LEARNS_FROM_ROWS}),
        (("per_device_eval_batch_size", "int", 4, "Held-out rows a forward pass", "评估时每次前向的样本数"),
         {"low": 1, "methods": LEARNS_FROM_ROWS}),
        (("prompts", "texts", None, "Prompts that base and trained model answer side by side",
          "由原模型与训练后模型并排回答的提示"), {"methods": SPEAKS}),
        (("max_new_tokens", "int", 64, "Tokens of those answers at most", "这些回答的最大词元数"),
         {"low": 1, "high": 2048, "methods": SPEAKS}),
    ),
    "checkpoint": _section(
        "checkpoint",
        (("save_steps", "int", 100, "Steps between checkpoints", "保存检查点的步数间隔"), {"low": 1}),
        (("save_total_limit", "int", 2, "Newest checkpoints that are kept", "保留的最新检查点数"), {"low": 1}),
        ("resume", "bool", True, "Go on from a checkpoint in the output folder", "从输出目录中的检查点继续"),
    ),
}  # fmt: skip
FREE_KEYS = {
    "registry": ("Names of models, and the folders they stand for", "模型名称到目录的映射"),
    "output_dir": ("Output folder when the platform gives none", "平台未指定时的输出目录"),
}
FREE_OUTPUT = "output_dir"
# Kinds of keys whose value leads to something on disk.
FILE, MODEL, OUTPUT = "file", "model", "output"
# What a method cannot do without.
REQUIRED: dict[str, tuple[str, ...]] = {
    "sft": ("base",),
    "lora": ("base",),
    "ppo": ("policy", "reward"),
    "grpo": ("policy", "reward"),
    "rloo": ("policy", "reward"),
    "dpo": ("policy",),
    "kto": ("policy",),
    "merge": ("adapter",),
}


def key_of(path: str) -> Key | None:
    """The key of a dotted path, such as training.learning_rate."""
    section, _, name = path.partition(".")
    return next((key for key in SECTIONS.get(section, ()) if key.name == name), None)


def keys_for(method: str) -> list[Key]:
    """The keys that a method reads, in order."""
    return [
        key
        for section, keys in SECTIONS.items()
        for key in keys
        if (method in key.methods or not key.methods)
        and (method != "merge" or section in MERGE_READS)
    ]


def named_files(document: Mapping[str, Any], *kinds: str) -> dict[str, str]:
    """What a configuration names on disk: dotted key to path, as written; absent keys left out.

    `kinds`: FILE (rows that are read), MODEL (a folder of weights, or a name in models/) or OUTPUT;
    all of them unless told. A model's name is followed through the registry, whose folders are
    listed as well. Whether the method reads the key does not count, nor whether anything is there.
    """
    wanted = kinds or (FILE, MODEL, OUTPUT)
    registry = _section_of(document, "registry")
    found: dict[str, Any] = {}
    for key in (key for keys in SECTIONS.values() for key in keys if key.kind in wanted):
        given = _section_of(document, key.section).get(key.name)
        found[key.path] = registry_path(registry, given) if key.kind == MODEL else given
    if MODEL in wanted:
        found |= {f"registry.{name}": path for name, path in registry.items()}
    if OUTPUT in wanted:
        found[FREE_OUTPUT] = document.get(FREE_OUTPUT)
    return {path: value for path, value in found.items() if isinstance(value, str) and value}


def registry_path(registry: Mapping[str, Any], name: Any) -> Any:
    """The folder that the registry gives to a model's name; else the name itself."""
    return registry.get(name, name) if isinstance(name, str) else name


def _section_of(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = document.get(name)
    return section if isinstance(section, Mapping) else {}


def method_of(document: Mapping[str, Any]) -> str:
    """The method that a configuration asks for; sft where nothing usable is said."""
    job = document.get("job")
    job = job if isinstance(job, Mapping) else {}
    kind = job.get("type", "sft")
    if kind == "rl":
        method = job.get("method", DEFAULT_RL)
        return method if method in RL else DEFAULT_RL
    return kind if isinstance(kind, str) and kind in (*METHODS, "merge") else "sft"
