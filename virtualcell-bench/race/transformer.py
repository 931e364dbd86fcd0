"""A set transformer like State's (pre-norm blocks, attention within a set, GELU) against torch, fp32 and bf16.

A training step (forward, energy distance, backward, AdamW) and the way forward of the same network with the same weights on the
same cells. Torch uses its own fused kernels: MKL or oneDNN products, scaled_dot_product_attention, cdist, fused AdamW; its bf16 is
autocast, ours keeps bf16 between products and fp32 sums, residual stream and parameters. Losses of three steps are compared first.
"""
import copy

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from common import THREADS, Ours, Race

torch.set_num_threads(THREADS)
GENES, CONDITIONS, LAYERS, HEADS = 2000, 1000, 4, 8


class Block(nn.Module):
    def __init__(self, h):
        super().__init__()
        self.n1, self.n2, self.qkv, self.o = nn.LayerNorm(h), nn.LayerNorm(h), nn.Linear(h, 3 * h), nn.Linear(h, h)
        self.u, self.d = nn.Linear(h, 4 * h), nn.Linear(4 * h, h)

    def forward(self, x):
        b, s, h = x.shape
        q, k, v = self.qkv(self.n1(x)).view(b, s, 3, HEADS, h // HEADS).permute(2, 0, 3, 1, 4)
        x = x + self.o(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, s, h))
        return x + self.d(F.gelu(self.u(self.n2(x)), approximate="tanh"))


class Net(nn.Module):
    def __init__(self, h, genes):
        super().__init__()
        self.i, self.p, self.n, self.o = nn.Linear(genes, h), nn.Embedding(CONDITIONS, h), nn.LayerNorm(h), nn.Linear(h, genes)
        self.b = nn.ModuleList(Block(h) for _ in range(LAYERS))

    def forward(self, x, p):
        z = self.i(x) + self.p(p)[:, None]
        for b in self.b:
            z = b(z)
        return F.softplus(self.o(self.n(z)))

    def weights(self):
        """By the names of our parameters."""
        layers = {"encoder.0": self.i, "norm": self.n, "decoder.0": self.o}
        for i, b in enumerate(self.b):
            layers.update({f"block.{i}.{n}": m for n, m in dict(attentionNorm=b.n1, qkv=b.qkv, attentionOut=b.o,
                                                               feedForwardNorm=b.n2, up=b.u, down=b.d).items()})
        named = {"condition.weight": self.p.weight.detach().numpy()}
        for n, m in layers.items():
            named[n + ".weight"] = m.weight.detach().numpy().T if m.weight.dim() == 2 else m.weight.detach().numpy()
            named[n + ".bias"] = m.bias.detach().numpy()
        return {n: np.ascontiguousarray(v).copy() for n, v in named.items()}


def energy(x, y):
    d = lambda u, v: torch.cdist(u, v).mean((1, 2))
    return (d(x, y) - 0.5 * d(x, x) - 0.5 * d(y, y)).mean()


class Training:
    """Torch's fused AdamW kernel, called as torch.optim.AdamW(fused=True) calls it."""

    def __init__(self, net, x, p, y, bf16):
        self.net, self.x, self.p, self.y, self.bf16 = net, x, p, y, bf16
        self.w = list(net.parameters())
        self.m, self.v = [torch.zeros_like(q) for q in self.w], [torch.zeros_like(q) for q in self.w]
        self.t = [torch.zeros(()) for _ in self.w]

    def step(self):
        for q in self.w:
            q.grad = None
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            out = self.net(self.x, self.p)
        loss = energy(out.float(), self.y)
        loss.backward()
        with torch.no_grad():
            torch._foreach_add_(self.t, 1)
            torch._fused_adamw_(self.w, [q.grad for q in self.w], self.m, self.v, [], self.t, lr=1e-4, beta1=0.9, beta2=0.999,
                                weight_decay=0.01, eps=1e-8, amsgrad=False, maximize=False)
        return loss.item()


def races(size):
    shapes = [(64, 8, 2, 100)] if size == "small" else [(256, 64, 8, GENES), (328, 64, 8, GENES), (672, 128, 4, GENES)]
    for h, cells, sets, genes in shapes:
        torch.manual_seed(0)
        net = Net(h, genes)
        x, y = ((torch.rand(sets, cells, genes) < 0.1).float() * torch.rand(sets, cells, genes) * 3 for _ in range(2))
        p = torch.randint(0, CONDITIONS, (sets,))
        arrays = net.weights()
        arrays.update(x=x.numpy().reshape(-1, genes), y=y.numpy().reshape(-1, genes), condition=p.numpy().astype(np.int32))
        for train in (True, False):
            for kind in ("f32", "bf16"):
                bf16 = kind == "bf16"
                ours = Ours("transformer", arrays, precision="fast" if bf16 else "exact", hidden=h, layers=LAYERS, heads=HEADS, sets=sets,
                            cells=cells, genes=genes, conditions=CONDITIONS, type=kind, train=train)

                def check(ours=ours, net=net, x=x, p=p, y=y, train=train, bf16=bf16):
                    if train:
                        reference = Training(copy.deepcopy(net), x, p, y, False)
                        wanted = np.array([reference.step() for _ in range(3)])
                        worst = float((np.abs(ours.result("losses") - wanted) / np.abs(wanted)).max())
                    else:
                        with torch.no_grad():
                            wanted = net(x, p).numpy().reshape(-1)
                        worst = float(np.abs(ours.result("out") - wanted).max() / np.abs(wanted).max())
                    limit = 2e-2 if bf16 else 1e-4
                    assert worst < limit, f"{'losses' if train else 'results'} differ by {worst}"
                    return f"{worst:.1e} {'of the losses' if train else 'of the largest'}"

                if train:
                    exact, half = Training(copy.deepcopy(net), x, p, y, False), Training(copy.deepcopy(net), x, p, y, True)
                    peers = {"torch fp32": exact.step, "torch bf16": half.step}
                else:
                    def forward(bf16, net=net, x=x, p=p):
                        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                            net(x, p)
                    peers = {"torch fp32": lambda f=forward: f(False), "torch bf16": lambda f=forward: f(True)}
                if not bf16:
                    del peers["torch bf16"]
                least = 1.0 if h == 672 else 1.4
                if train:
                    goals = {"torch fp32": 2.5, "torch bf16": 1.0 if h == 672 else 1.6} if bf16 else {"torch fp32": least}
                else:
                    goals = {"torch bf16": 1.5} if bf16 else {"torch fp32": 1.5}
                yield Race(f"transformer {kind}", f"{'train' if train else 'predict'} h={h}, {sets} x {cells} cells", ours, peers, check,
                           goals=goals, warm_up=3 if size == "small" else 20)
