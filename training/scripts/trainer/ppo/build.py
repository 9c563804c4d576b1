"""Puts a PPO training together from its settings."""

from __future__ import annotations

import torch
from accelerate import Accelerator, DistributedDataParallelKwargs
from accelerate.utils import set_seed
from peft import get_peft_model
from torch import nn
from transformers import (
    PreTrainedModel,
    PreTrainedTokenizerBase,
    TrainerCallback,
    TrainingArguments,
    get_scheduler,
)

from trainer import common
from trainer.callbacks import EndOnSignal, MetricsLines
from trainer.config import Settings
from trainer.data import load_prompts
from trainer.errors import ConfigError
from trainer.ppo.checkpoint import Checkpoints
from trainer.ppo.loop import PPOTrainer
from trainer.ppo.model import ActorCritic, Reference, RewardModel
from trainer.ppo.options import Options, read_options
from trainer.ppo.rollout import Collector
from trainer.ppo.update import Updater


def train(settings: Settings) -> int:
    """Train the policy against the reward model; returns the exit code."""
    ending = EndOnSignal()
    settings.output.mkdir(parents=True, exist_ok=True)
    tokenizer = common.load_tokenizer(settings.base)
    checkpoint = common.last_checkpoint(settings.output) if settings.checkpoint["resume"] else None
    lines = MetricsLines(settings.output / "metrics.jsonl", common.start_step(checkpoint))
    trainer = build(settings, tokenizer, [lines, ending])
    return common.finish(trainer, settings, tokenizer, ending, checkpoint, "Model")


def build(
    settings: Settings, tokenizer: PreTrainedTokenizerBase, callbacks: list[TrainerCallback]
) -> PPOTrainer:
    if settings.training["sharding"] != "none":
        raise ConfigError("training.sharding: PPO is data parallel only; use grpo, rloo or lora")
    _say_dropout(settings)
    # First of all: they set up the process group that the accelerator then finds.
    args = TrainingArguments(**common.base_arguments(settings, with_eval=False))
    accelerator = _accelerator(args)
    options = read_options(settings, accelerator.num_processes)
    prompts = load_prompts(settings.dataset)
    args.max_steps = options.steps(settings, len(prompts))
    set_seed(args.seed, device_specific=True)  # each process samples answers of its own
    actor_critic = ActorCritic(*_policy_and_critic(settings, tokenizer))
    optimizer = torch.optim.AdamW(
        [one for one in actor_critic.parameters() if one.requires_grad],
        lr=args.learning_rate,
        weight_decay=args.weight_decay,
    )
    wrapped, optimizer = accelerator.prepare(actor_critic, optimizer)
    # Not prepared: one of its steps is one of ours, however many processes there are.
    scheduler = get_scheduler(
        args.lr_scheduler_type, optimizer, args.get_warmup_steps(args.max_steps), args.max_steps
    )
    return PPOTrainer(
        args=args,
        options=options,
        accelerator=accelerator,
        prompts=prompts,
        collector=_collector(settings, accelerator, actor_critic, tokenizer, options),
        updater=Updater(accelerator, wrapped, optimizer, options, args.max_grad_norm),
        checkpoints=Checkpoints(
            settings.output,
            settings.checkpoint["save_total_limit"],
            accelerator,
            actor_critic,
            optimizer,
            scheduler,
            tokenizer,
        ),
        callbacks=callbacks,
    )


def _say_dropout(settings: Settings) -> None:
    """The settings say what is done: ratios of two passes must differ by the update alone."""
    if settings.lora is None:
        return
    asked, settings.lora = settings.lora["dropout"], {**settings.lora, "dropout": 0.0}
    if asked and common.is_main():
        print(f"WARNING: lora.dropout {asked} is not used: PPO trains without dropout", flush=True)


def _accelerator(args: TrainingArguments) -> Accelerator:
    return Accelerator(
        cpu=args.use_cpu,
        mixed_precision="bf16" if args.bf16 else "fp16" if args.fp16 else "no",
        gradient_accumulation_steps=args.gradient_accumulation_steps,
        # A model may have parts that PPO does not use, such as a reward model's own head.
        kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True)],
    )


def _policy_and_critic(
    settings: Settings, tokenizer: PreTrainedTokenizerBase
) -> tuple[PreTrainedModel, PreTrainedModel]:
    """The critic begins as the reward model, which knows what is good (Ouyang 2022, C.4)."""
    reward = settings.models["reward"]
    if common.load_tokenizer(reward).get_vocab() != tokenizer.get_vocab():
        raise ConfigError(
            "model.reward and model.policy have different tokenizers; PPO's critic starts from "
            "the reward model and reads the policy's tokens, so they must be the same"
        )
    policy = common.load_causal(settings, settings.base)
    critic = common.load_reward(settings, reward)
    if settings.lora is not None:
        policy = get_peft_model(policy, common.lora_config(settings, policy))
        critic = get_peft_model(critic, common.lora_config(settings, critic, "SEQ_CLS"))
    for model in (policy, critic):
        _prepare(model, settings)
    return policy, critic


def _prepare(model: PreTrainedModel, settings: Settings) -> None:
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0  # see _say_dropout
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()  # bf16 would swallow small updates
    if common.checkpoints_gradients(settings):
        model.gradient_checkpointing_enable()
        model.enable_input_require_grads()


def _collector(
    settings: Settings,
    accelerator: Accelerator,
    actor_critic: ActorCritic,
    tokenizer: PreTrainedTokenizerBase,
    options: Options,
) -> Collector:
    def frozen(model: PreTrainedModel) -> PreTrainedModel:
        return model.to(accelerator.device).eval().requires_grad_(False)

    reward, reference = settings.models["reward"], settings.models["reference"]
    judge, judge_tokenizer = common.load_reward(settings, reward), common.load_tokenizer(reward)
    judge_tokenizer.truncation_side = "left"  # the answer is at the end
    if judge.config.pad_token_id is None:
        judge.config.pad_token_id = judge_tokenizer.pad_token_id
    under_adapter = settings.lora is not None and reference == settings.base
    return Collector(
        accelerator,
        actor_critic,
        Reference(None if under_adapter else frozen(common.load_causal(settings, reference))),
        RewardModel(frozen(judge), judge_tokenizer, options.max_prompt + options.max_answer),
        tokenizer,
        options,
    )
