"""A real token-classification model, as small as can be, taught to find names in seconds.

Run by the training environment's Python: argv[1] is the folder to save it to, argv[2] texts as JSON
that the platform's reader then reads by it; prints what it found.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

NAMES = ["zorblax", "quimby", "ferndale", "oskar", "minna"]
FRAMES = ["yesterday {} came", "ask {} about it", "we met {} there", "{} went home", "it rained"]
LABELS = {0: "O", 1: "B-PER"}


def main() -> None:
    folder, texts = Path(sys.argv[1]), json.loads(sys.argv[2])
    teach(folder)
    from deid.engine.recognition.plugged import reader_of

    found = reader_of(f"transformers:{folder}")(texts)
    print(json.dumps([[[one.start, one.end, one.type] for one in own] for own in found]))


def teach(folder: Path) -> None:
    torch.manual_seed(0)
    texts = [(frame.format(name), name) for frame in FRAMES for name in NAMES]
    words = sorted({word for text, _name in texts for word in text.split()})
    folder.mkdir()
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]"}
    known = {word: number for number, word in enumerate([*special.values(), *words])}
    plain = Tokenizer(WordLevel(known, unk_token="[UNK]"))
    plain.pre_tokenizer = Whitespace()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=plain, **special)
    model = BertForTokenClassification(
        BertConfig(
            vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=64, id2label=LABELS, label2id={v: k for k, v in LABELS.items()},
        )
    )  # fmt: skip
    batch = tokenizer([text for text, _name in texts], return_tensors="pt", padding=True)
    names = torch.tensor([tokenizer.convert_tokens_to_ids(name) for name in NAMES])
    labels = torch.isin(batch["input_ids"], names).long()
    labels[batch["attention_mask"] == 0] = -100
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for _step in range(60):
        optimizer.zero_grad()
        model(**batch, labels=labels).loss.backward()
        optimizer.step()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    main()
