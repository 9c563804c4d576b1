"""The network in torch: hashed words and their ends, list flags, one bidirectional GRU."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from deid.engine.recognition.tagger_en.features import ENDS, SHAPES, WIDTH, WORDS
from deid.engine.recognition.tagger_en.lists import BANDS, FLAGS

KINDS = ("PERSON", "ORG", "ADDRESS", "LOC")
LABELS = ["O", *(f"{place}-{kind}" for kind in KINDS for place in "BI")]
WORD, END, SHAPE, GAP, INNER, STATE, LAYERS = 64, 24, 16, 4, 128, 96, 2


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.words, self.ends = nn.Embedding(WORDS, WORD), nn.Embedding(ENDS, END)
        self.shapes, self.gaps = nn.Embedding(SHAPES, SHAPE), nn.Embedding(4, GAP)
        for table in (self.words, self.ends, self.shapes, self.gaps):
            nn.init.normal_(table.weight, 0, 0.1)
        self.inner = nn.Linear(WORD + 4 * END + SHAPE + GAP + WIDTH, INNER)
        self.norm = nn.LayerNorm(INNER)
        self.gru = nn.GRU(INNER, STATE, LAYERS, bidirectional=True, batch_first=True, dropout=0.3)
        self.out = nn.Linear(2 * STATE, len(LABELS))
        self.drop = nn.Dropout(0.3)
        self.register_buffer("powers", 2 ** torch.arange(len(FLAGS)))
        self.register_buffer("bands", torch.arange(BANDS))

    def forward(self, rows: Any) -> Any:
        word = self.words(rows[..., 0]) + self.words(rows[..., 1])
        flags = ((rows[..., 8:9] & self.powers) > 0).float()
        if self.training:  # so that a name's ends and its neighbours decide, not the word itself
            keep = (torch.rand(rows.shape[:2]) > 0.15).float().unsqueeze(-1)
            word = word * keep
            flags = flags * (torch.rand(rows.shape[:2]) > 0.1).float().unsqueeze(-1)
        bands = ((rows[..., 8:9] >> len(FLAGS)) == self.bands).float()
        ends = [self.ends(rows[..., column]) for column in (2, 3, 4, 5)]
        every = [word, *ends, self.shapes(rows[..., 6]), self.gaps(rows[..., 7]), flags, bands]
        inner = self.norm(torch.relu(self.inner(self.drop(torch.cat(every, -1)))))
        states, _last = self.gru(self.drop(inner))
        return self.out(self.drop(states))
