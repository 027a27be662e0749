"""Small random encoders as ONNX files, as PyTorch exports them, and what they must compute.

Run:         python3 generate.py      (PyTorch 1.13.0; writes X.onnx and X.safetensors beside this file)
Seed:        each encoder its own, the CRC-32 of its name
Dtypes:      weights and computation in float32
Files:       X.onnx, exported with weights folded into products (their names are lost) or not, with layer norms whole or in their parts;
             X.safetensors has the inputs (input.ids, input.mask, input.types) and the last layer's rows (hidden), or the logits
Encoders:    bert: no head, folded, layer norms in parts (opset 13); bert-whole: a reranker with a pooler, unfolded, whole layer norms (opset 17);
             distilbert: no token types; roberta: positions counted from the tokens that are no padding, two classes; electra: narrow embeddings
Tolerance:   the tests compare with 1e-5 relative to a tensor's largest magnitude
"""
import math
import os
import sys
import zlib

import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", ".."))
from safetensors_writer import write  # noqa: E402

VOCABULARY, HIDDEN, HEADS, INNER, POSITIONS, LAYERS = 20, 8, 2, 12, 16, 2


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.output = (nn.Linear(HIDDEN, HIDDEN) for _ in range(4))

    def split(self, x):
        return x.view(x.size(0), x.size(1), HEADS, HIDDEN // HEADS).permute(0, 2, 1, 3)

    def forward(self, x, mask):
        q, k, v = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
        weights = (q @ k.transpose(-1, -2) / math.sqrt(HIDDEN // HEADS) + mask).softmax(-1)
        context = (weights @ v).permute(0, 2, 1, 3).contiguous()
        return self.output(context.view(context.size(0), context.size(1), HIDDEN))


class Layer(nn.Module):
    def __init__(self, activation):
        super().__init__()
        self.attention, self.activation = Attention(), activation
        self.attended = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.intermediate, self.down = nn.Linear(HIDDEN, INNER), nn.Linear(INNER, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)

    def forward(self, x, mask):
        x = self.attended(self.attention(x, mask) + x)
        return self.norm(self.down(self.activation(self.intermediate(x))) + x)


class Encoder(nn.Module):
    """Embeddings, layers, and perhaps a head; all of BERT's family but for what the arguments say."""

    def __init__(self, types=True, counted=False, width=HIDDEN, labels=0, activation=nn.functional.gelu):
        super().__init__()
        self.words, self.positions = nn.Embedding(VOCABULARY, width), nn.Embedding(POSITIONS, width)
        self.types = nn.Embedding(2, width) if types else None
        self.counted, self.labels = counted, labels
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.widening = nn.Linear(width, HIDDEN) if width != HIDDEN else None
        self.layers = nn.ModuleList(Layer(activation) for _ in range(LAYERS))
        if labels:
            self.pooler, self.classifier = nn.Linear(HIDDEN, HIDDEN), nn.Linear(HIDDEN, labels)
        self.register_buffer("position_ids", torch.arange(POSITIONS)[None])
        for parameter in self.parameters():
            nn.init.normal_(parameter, 0, 0.3)
        for norm in [m for m in self.modules() if isinstance(m, nn.LayerNorm)]:
            norm.weight.data += 1

    def forward(self, ids, mask, types=None):
        if self.counted:
            real = ids.ne(1).int()
            positions = (torch.cumsum(real, 1).type_as(real) * real).long() + 1
        else:
            positions = self.position_ids[:, : ids.size(1)]
        x = self.words(ids)
        if types is not None:
            x = x + self.types(types)
        x = self.norm(x + self.positions(positions))
        if self.widening is not None:
            x = self.widening(x)
        hidden = (1.0 - mask[:, None, None, :].float()) * -10000.0
        for layer in self.layers:
            x = layer(x, hidden)
        return self.classifier(torch.tanh(self.pooler(x[:, 0]))) if self.labels else x


def make(name, opset, folded, **shape):
    torch.manual_seed(zlib.crc32(name.encode()))
    model = Encoder(**shape).eval()
    ids = torch.randint(3, VOCABULARY, (1, 9))
    types = (torch.arange(9) > 4).long()[None]
    inputs = (ids, torch.ones_like(ids)) + ((types,) if shape.get("types", True) else ())
    names = ["input_ids", "attention_mask", "token_type_ids"][: len(inputs)]
    output = "logits" if model.labels else "last_hidden_state"
    torch.onnx.export(model, inputs, os.path.join(HERE, name + ".onnx"), input_names=names, output_names=[output], opset_version=opset, do_constant_folding=folded,
                      dynamic_axes={x: {0: "batch", 1: "length"} for x in names})
    with torch.no_grad():
        result = model(*inputs)
    write(os.path.join(HERE, name + ".safetensors"), {"input.ids": ids[0].int(), "input.types": types[0].int(), output: result[0]})


make("bert", 13, True)
make("bert-whole", 17, False, labels=1)
make("distilbert", 13, True, types=False, activation=nn.functional.relu)
make("roberta", 13, True, types=False, counted=True, labels=2)
make("electra", 13, True, width=4)
