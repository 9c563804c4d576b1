"""LAC's network in torch: embeddings (frozen), two bidirectional GRUs, a linear layer, a CRF."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

FORBIDDEN = -1e4


@torch.jit.script
def _run(gates: Tensor, mask: Tensor, into_zr: Tensor, into_h: Tensor, bias: Tensor) -> Tensor:
    """A GRU both ways at once. gates: steps x 2 x batch x 3h (z, r, candidate), as ONNX has it.

    The reset gate is applied before the matrix (`linear_before_reset` = 0), which torch's own GRU
    does not do. Where the mask is 0 the state stays: padding stands at the end.
    """
    size = into_h.size(1)
    state = torch.zeros(gates.size(1), gates.size(2), size)
    states = []
    for step in range(gates.size(0)):
        now = gates[step]
        zr = torch.sigmoid(now[:, :, : 2 * size] + torch.bmm(state, into_zr))
        z, r = zr[:, :, :size], zr[:, :, size:]
        candidate = torch.tanh(now[:, :, 2 * size :] + torch.bmm(r * state, into_h) + bias)
        fresh = (1 - z) * candidate + z * state
        keep = mask[step]
        state = keep * fresh + (1 - keep) * state
        states.append(state)
    return torch.stack(states)


class BiGru(nn.Module):
    def __init__(self, w: Any, r: Any, b: Any) -> None:
        super().__init__()
        self.w, self.r, self.b = (nn.Parameter(torch.tensor(one)) for one in (w, r, b))

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        """x: steps x batch x features."""
        steps, batch, _features = x.shape
        size = self.r.shape[2]
        place = torch.arange(steps)[:, None]
        back = torch.where(place < lengths, lengths - 1 - place, place)  # reversed without padding
        turned = x.gather(0, back[:, :, None].expand_as(x))
        both = torch.stack((x, turned), 1)  # steps x 2 x batch x features
        input_bias, state_bias = self.b[:, : 3 * size], self.b[:, 3 * size :]
        bias = input_bias.clone()
        bias = torch.cat((bias[:, : 2 * size] + state_bias[:, : 2 * size], bias[:, 2 * size :]), 1)
        gates = torch.einsum("sdbf,dgf->sdbg", both, self.w) + bias[None, :, None, :]
        mask = (place < lengths).float()[:, None, :, None].expand(steps, 2, batch, 1)
        into = self.r.transpose(1, 2)
        states = _run(
            gates, mask, into[:, :, : 2 * size].contiguous(), into[:, :, 2 * size :].contiguous(),
            state_bias[:, None, 2 * size :],
        )  # fmt: skip
        forth = states[:, 0]
        other = states[:, 1].gather(0, back[:, :, None].expand(steps, batch, size))
        return torch.cat((forth, other), 2)


class Lac(nn.Module):
    def __init__(self, weights: Mapping[str, Any], crf: Any) -> None:
        super().__init__()
        self._table, self._scales = weights["emb"], weights["embs"]
        self.first = BiGru(weights["W0"], weights["R0"], weights["B0"])
        self.second = BiGru(weights["W1"], weights["R1"], weights["B1"])
        self.out = nn.Parameter(torch.tensor(weights["Wo"]))
        self.bias = nn.Parameter(torch.tensor(weights["bo"]))
        self.crf = nn.Parameter(torch.tensor(crf))  # start, stop, moves

    def exported(self) -> tuple[dict[str, Any], Any]:
        """What the ONNX file and the CRF's file hold."""
        layers = {"0": self.first, "1": self.second}
        found = {
            f"{letter.upper()}{number}": getattr(layer, letter).detach().numpy()
            for number, layer in layers.items()
            for letter in "wrb"
        }
        found |= {"Wo": self.out.detach().numpy(), "bo": self.bias.detach().numpy()}
        return found, self.crf.detach().numpy()

    def emissions(self, ids: Any, lengths: Tensor, dropout: float = 0.0) -> Tensor:
        """Scores of each label: steps x batch x labels."""
        x = torch.tensor(self._table[ids].astype(np.float32) * self._scales[ids])
        x = nn.functional.dropout(x, dropout, self.training)
        x = nn.functional.dropout(self.first(x, lengths), dropout, self.training)
        x = nn.functional.dropout(self.second(x, lengths), dropout, self.training)
        return x @ self.out + self.bias

    def loss(self, emissions: Tensor, paths: Tensor, lengths: Tensor) -> Tensor:
        """How improbable these label paths are, a step."""
        steps, batch = paths.shape
        inside = (torch.arange(steps)[:, None] < lengths).float()
        start, stop, moves = self.crf[0], self.crf[1], self.crf[2:]
        chosen = emissions.gather(2, paths[:, :, None])[:, :, 0]
        score = start[paths[0]] + (chosen * inside).sum(0)
        score = score + (moves[paths[:-1], paths[1:]] * inside[1:]).sum(0)
        score = score + stop[paths[lengths - 1, torch.arange(batch)]]
        total = self._total(emissions, inside, start, stop, moves)
        return (total - score).sum() / lengths.sum()

    @staticmethod
    def _total(
        emissions: Tensor, inside: Tensor, start: Tensor, stop: Tensor, moves: Tensor
    ) -> Tensor:
        """The logarithm of the sum over all paths; sums run as products of matrices."""
        highest = moves.max()
        across = (moves - highest).exp()
        alpha = start + emissions[0]
        for step in range(1, emissions.shape[0]):
            top = alpha.max(1, keepdim=True).values
            reached = ((alpha - top).exp() @ across).clamp_min(1e-30).log() + top + highest
            keep = inside[step][:, None]
            alpha = keep * (reached + emissions[step]) + (1 - keep) * alpha
        return torch.logsumexp(alpha + stop, 1)
