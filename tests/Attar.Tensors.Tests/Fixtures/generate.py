"""Reference numbers for each operation, forward and backward, from PyTorch.

Run:         python3 generate.py      (PyTorch 1.13.0, numpy 1.24; writes operations.safetensors beside this file)
Seed:        each case its own, the CRC-32 of its name: adding a case leaves the others as they are
Dtypes:      inputs and upstream gradients are rounded to float32, everything is computed in float64, results are stored as float32
Tolerance:   the tests compare with 1e-5 relative to a tensor's largest magnitude, attention and rope with 1e-4
Names:       CASE.input.X, CASE.output.y, CASE.upstream.dy, CASE.grad.X; integers (ids, offsets) are inputs without a gradient.
             A case is an operation and a shape or variant, such as linear_5x7 or attention_causal.
"""
import os
import sys
import zlib

import torch
from torch.nn.functional import embedding, gelu, layer_norm, linear, log_softmax, silu

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", ".."))
from safetensors_writer import as_stored, offsets_of, write  # noqa: E402

SHAPES = [(5, 7), (3, 17), (1, 1), (13, 40)]
LENGTHS = [4, 1, 7]
OFFSETS = offsets_of(LENGTHS)
TENSORS = {}


def normal(*shape):
    return torch.randn(*shape, dtype=torch.float64)


def case(name, operation, make_inputs, scalar=False):
    """Runs one operation and its backward pass; the upstream gradient is random, or 1 for a scalar loss."""
    torch.manual_seed(zlib.crc32(name.encode()))
    inputs = {key: as_stored(value) for key, value in make_inputs().items()}
    leaves = {key: value.requires_grad_() if value.dtype.is_floating_point else value for key, value in inputs.items()}
    result = operation(**leaves)
    upstream = torch.ones((), dtype=torch.float64) if scalar else as_stored(normal(*result.shape))
    result.backward(upstream)
    TENSORS[name + ".output.y"], TENSORS[name + ".upstream.dy"] = result, upstream
    for key, value in leaves.items():
        TENSORS[f"{name}.input.{key}"] = value
        if value.requires_grad and value.grad is not None:
            TENSORS[f"{name}.grad.{key}"] = value.grad


# ---- row-wise operations ----

for rows, columns in SHAPES:
    shape = f"_{rows}x{columns}"
    outputs = 2 * columns + 1
    case("linear" + shape, lambda x, w, b: linear(x, w, b),
         lambda: {"x": normal(rows, columns), "w": normal(outputs, columns), "b": normal(outputs)})
    case("linear_without_bias" + shape, lambda x, w: linear(x, w),
         lambda: {"x": normal(rows, columns), "w": normal(outputs, columns)})
    case("layer_norm" + shape, lambda x, residual, weight, bias: layer_norm(x + residual, [columns], weight, bias, 1e-12),
         lambda: {"x": normal(rows, columns), "residual": normal(rows, columns), "weight": normal(columns), "bias": normal(columns)})
    case("rms_norm" + shape, lambda x, weight: x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * weight,
         lambda: {"x": normal(rows, columns), "weight": normal(columns)})
    case("gelu" + shape, lambda x: gelu(x), lambda: {"x": 2 * normal(rows, columns)})
    case("gelutanh" + shape, lambda x: gelu(x, approximate="tanh"), lambda: {"x": 2 * normal(rows, columns)})
    case("relu" + shape, lambda x: torch.relu(x), lambda: {"x": 2 * normal(rows, columns)})
    case("tanh" + shape, lambda x: torch.tanh(x), lambda: {"x": 2 * normal(rows, columns)})
    case("swiglu" + shape, lambda gate, up: silu(gate) * up, lambda: {"gate": 2 * normal(rows, columns), "up": normal(rows, columns)})
    case("softmax_cross_entropy" + shape,  # the mean over rows of -sum t log softmax(x); targets are constants
         lambda x, targets: -(targets.detach() * log_softmax(x, -1)).sum(-1).mean(),
         lambda: {"x": 3 * normal(rows, columns), "targets": normal(rows, columns).softmax(-1)}, scalar=True)

# activations far out, where erf, tanh and sigmoid saturate
wide = torch.linspace(-30, 30, 41)[None]
case("gelu_wide", lambda x: gelu(x), lambda: {"x": wide})
case("gelutanh_wide", lambda x: gelu(x, approximate="tanh"), lambda: {"x": wide})
case("tanh_wide", lambda x: torch.tanh(x), lambda: {"x": wide})
case("swiglu_wide", lambda gate, up: silu(gate) * up, lambda: {"gate": wide, "up": normal(1, 41)})

# ---- embeddings: gather forward, scatter-add backward; ids repeat and some rows are never used ----

case("embedding", lambda table, ids: embedding(ids, table),
     lambda: {"table": normal(6, 7), "ids": torch.tensor([3, 0, 3, 5, 3, 0, 2, 5, 1])})

# ---- rotary positions and attention, over packed sequences ----


def rotate(x):
    """One sequence (tokens, heads, head), the halves of a head paired as in Hugging Face's rotate_half, theta 10000."""
    half = x.shape[2] // 2
    frequencies = 10000.0 ** (-torch.arange(half, dtype=torch.float64) / half)
    angles = torch.arange(len(x), dtype=torch.float64)[:, None] * frequencies
    cos, sin = (f(angles).repeat(1, 2)[:, None] for f in (torch.cos, torch.sin))
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


def rope(x, offsets, head_size):
    packed = x.unflatten(1, (-1, head_size))
    return torch.cat([rotate(sequence) for sequence in packed.split(LENGTHS)]).flatten(1)


case("rope", lambda x, offsets: rope(x, offsets, 8), lambda: {"x": normal(sum(LENGTHS), 3 * 8), "offsets": OFFSETS})

HEAD = 8


def attend(query, key, value, visible):
    """One sequence: query (queries, heads, head), keys and values (tokens, key heads, head), visible (queries, tokens)."""
    group = query.shape[1] // key.shape[1]
    key, value = key.repeat_interleave(group, 1), value.repeat_interleave(group, 1)
    scores = torch.einsum("qhd,khd->hqk", query, key) / query.shape[2] ** 0.5
    return torch.einsum("hqk,khd->qhd", scores.masked_fill(~visible, float("-inf")).softmax(-1), value)


def attention(q, k, v, offsets, rows="all", causal=False):
    """q (tokens, heads * head), or (sequences, heads * head) where rows is "first" or "last"; k, v (tokens, key heads * head)."""
    q, k, v = (part.unflatten(1, (-1, HEAD)) for part in (q, k, v))
    results = []
    for number, (start, end) in enumerate(zip(offsets[:-1].tolist(), offsets[1:].tolist())):
        tokens = end - start
        visible = torch.ones(tokens, tokens).tril().bool() if causal else torch.ones(tokens, tokens).bool()
        if rows == "all":
            query = q[start:end]
        else:
            query, visible = q[number:number + 1], visible[:1] if rows == "first" else visible[-1:]
        results.append(attend(query, k[start:end], v[start:end], visible))
    return torch.cat(results).flatten(1)


def attention_case(name, heads, key_heads, rows="all", causal=False):
    tokens = sum(LENGTHS)
    queries = tokens if rows == "all" else len(LENGTHS)
    case("attention" + name, lambda q, k, v, offsets: attention(q, k, v, offsets, rows, causal),
         lambda: {"q": normal(queries, heads * HEAD), "k": normal(tokens, key_heads * HEAD), "v": normal(tokens, key_heads * HEAD), "offsets": OFFSETS})


attention_case("", 3, 3)
attention_case("_causal", 3, 3, causal=True)
attention_case("_grouped", 4, 2)
attention_case("_grouped_causal", 4, 2, causal=True)
attention_case("_first_row", 3, 3, rows="first")
attention_case("_last_row_causal", 3, 3, rows="last", causal=True)
attention_case("_grouped_first_row", 4, 2, rows="first")
attention_case("_grouped_last_row_causal", 4, 2, rows="last", causal=True)

write(os.path.join(HERE, "operations.safetensors"), TENSORS)
print(f"operations.safetensors: {sum('.output.' in name for name in TENSORS)} cases")
