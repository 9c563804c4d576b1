#!/usr/bin/env python3
"""Makes a tiny but real Llama model with a tokenizer trained on the spot: OUT CORPUS.jsonl…

2 layers, hidden size 64, head size 32, byte-level BPE, ChatML template; under a million parameters,
of a shape that vLLM serves on a CPU. A few seconds of pretraining on the corpus's text, with a
fixed seed, make it a base that an adapter can be trained on.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

END, START, PAD = "<|im_end|>", "<|im_start|>", "<|endoftext|>"
VOCABULARY = 4000
PRETRAIN_STEPS = 60
CHAT_TEMPLATE = (
    "{%- for message in messages %}"
    "{{- '<|im_start|>' + message.role + '\\n' }}"
    "{%- if message.role == 'assistant' %}"
    "{% generation %}{{- message.content + '<|im_end|>' }}{% endgeneration %}"
    "{%- else %}{{- message.content + '<|im_end|>' }}{%- endif %}"
    "{{- '\\n' }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
)


def make_tokenizer(corpus: list[Path]) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    lines = [line for path in corpus for line in path.read_text("utf-8").splitlines()]
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[PAD, START, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([*lines, "system user assistant tool"], trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PAD,
        additional_special_tokens=[START],
        model_max_length=512,
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast


def make_model(tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        head_dim=32,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return LlamaForCausalLM(config)


def texts(corpus: list[Path]) -> list[str]:
    rows = [json.loads(line) for path in corpus for line in path.read_text("utf-8").splitlines()]
    return ["\n".join(str(value) for value in row.values()) for row in rows]


def pretrain(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, rows: list[str]) -> float:
    """Plain next-token training; returns the last loss."""
    random.seed(0)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    loss = torch.zeros(())
    for _ in range(PRETRAIN_STEPS):
        batch = tokenizer(
            random.sample(rows, 16),
            return_tensors="pt",
            padding=True,
            truncation=True,
            max_length=96,
        )
        labels = batch["input_ids"].masked_fill(batch["attention_mask"] == 0, -100)
        loss = model(
            input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], labels=labels
        ).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return float(loss.detach())


def main() -> None:
    out, corpus = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    temporary = out.with_name(f".{out.name}.tmp")
    tokenizer = make_tokenizer(corpus)
    model = make_model(tokenizer)
    loss = pretrain(model, tokenizer, texts(corpus))
    model.save_pretrained(temporary)
    tokenizer.save_pretrained(temporary)
    temporary.rename(out)  # whole or not at all
    parameters = sum(parameter.numel() for parameter in model.parameters())
    print(f"{out.name}: {parameters:,} parameters, {len(tokenizer)} tokens, loss {loss:.2f}")


if __name__ == "__main__":
    main()
