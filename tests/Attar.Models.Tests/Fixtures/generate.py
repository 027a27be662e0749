"""Reference numbers for the two models, from PyTorch and the published equations (BERT: Devlin et al. 2018; Llama: Touvron et al. 2023).

Run:         python3 generate.py      (PyTorch 1.13.0, numpy 1.24; writes encoder.safetensors, encoder-split.safetensors and decoder.safetensors beside this file)
Seeds:       encoder 1, decoder 2, split encoder 3 (torch.manual_seed)
Dtypes:      weights and inputs are rounded to float32, everything is computed in float64, results are stored as float32; ids are int32
Tolerance:   the tests compare with 1e-4 relative to a tensor's largest magnitude; float32 PyTorch itself is printed for comparison
Left out:    step20 of the keys' biases. Their true gradient is zero (softmax ignores a constant), so Adam would scale up rounding noise;
             their gradients are written, as zero but for rounding: compare those with an absolute tolerance.
"""
import os
import sys
from functools import partial

import torch
from torch.nn.functional import cross_entropy, embedding, gelu, layer_norm, linear, log_softmax, mse_loss, silu

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", ".."))
from safetensors_writer import as_stored, offsets_of, write  # noqa: E402

VOCABULARY, HIDDEN, LAYERS, HEADS, POSITIONS = 50, 16, 2, 4, 24
LENGTHS = [7, 3, 12, 1, 9]
OFFSETS = offsets_of(LENGTHS)
HEAD = HIDDEN // HEADS


def sequences(packed, lengths=LENGTHS):
    return packed.split(lengths)


def attend(query, key, value, causal):
    """One sequence: query (tokens, heads, head), key and value (tokens, key heads, head) -> (tokens, heads * head)."""
    group = query.shape[1] // key.shape[1]
    key, value = key.repeat_interleave(group, 1), value.repeat_interleave(group, 1)
    scores = torch.einsum("qhd,khd->hqk", query, key) / query.shape[2] ** 0.5
    if causal:
        tokens = len(query)
        scores = scores.masked_fill(torch.ones(tokens, tokens).triu(1).bool(), float("-inf"))
    return torch.einsum("hqk,khd->qhd", scores.softmax(-1), value).flatten(1)


# ---- the encoder: BERT cross-encoder, and its masked-token head ----

def encoder_weights():
    def normal(*shape):
        return torch.randn(*shape, dtype=torch.float64) * 0.3

    def dense(name, outputs, inputs):
        return {name + ".weight": normal(outputs, inputs), name + ".bias": normal(outputs)}

    def norm(name):
        return {name + ".weight": 1 + normal(HIDDEN), name + ".bias": normal(HIDDEN)}

    weights = {f"bert.embeddings.{kind}_embeddings.weight": normal(rows, HIDDEN)
               for kind, rows in [("word", VOCABULARY), ("position", POSITIONS), ("token_type", 2), ("overlap", 3)]}
    weights |= norm("bert.embeddings.LayerNorm")
    for layer in range(LAYERS):
        prefix = f"bert.encoder.layer.{layer}."
        for part in ["query", "key", "value"]:
            weights |= dense(prefix + "attention.self." + part, HIDDEN, HIDDEN)
        weights |= dense(prefix + "attention.output.dense", HIDDEN, HIDDEN) | norm(prefix + "attention.output.LayerNorm")
        weights |= dense(prefix + "intermediate.dense", 2 * HIDDEN, HIDDEN)
        weights |= dense(prefix + "output.dense", HIDDEN, 2 * HIDDEN) | norm(prefix + "output.LayerNorm")
    weights |= dense("bert.pooler.dense", HIDDEN, HIDDEN) | dense("classifier", 1, HIDDEN)
    weights |= dense("cls.predictions.transform.dense", HIDDEN, HIDDEN) | norm("cls.predictions.transform.LayerNorm")
    weights["cls.predictions.bias"] = normal(VOCABULARY)
    return weights


def encoder_hidden(weights, inputs, overlap=True, split=0):
    """split: so many lower layers in which query and product are sequences of their own; marks of overlap are added where they join."""
    sides = [part for of in sequences(inputs["input.segments"]) for part in [int((of == 0).sum()), int((of == 1).sum())]]

    def dense(x, name):
        return linear(x, weights[name + ".weight"], weights[name + ".bias"])

    def norm(x, name):
        return layer_norm(x, [HIDDEN], weights[name + ".weight"], weights[name + ".bias"], 1e-12)

    def table(name, ids):
        return embedding(ids, weights[f"bert.embeddings.{name}_embeddings.weight"])

    positions = torch.cat([torch.arange(length) for length in (sides if split else LENGTHS)])
    x = table("word", inputs["input.ids"]) + table("position", positions) + table("token_type", inputs["input.segments"])
    if overlap and not split:
        x = x + table("overlap", inputs["input.overlap"])
    x = norm(x, "bert.embeddings.LayerNorm")
    for layer in range(LAYERS):
        prefix = f"bert.encoder.layer.{layer}."
        if overlap and split and layer == split:
            x = x + table("overlap", inputs["input.overlap"])
        lengths = sides if layer < split else LENGTHS
        parts = [sequences(dense(x, prefix + "attention.self." + part).unflatten(1, (HEADS, HEAD)), lengths) for part in ["query", "key", "value"]]
        attended = torch.cat([attend(*part, causal=False) for part in zip(*parts)])
        x = norm(x + dense(attended, prefix + "attention.output.dense"), prefix + "attention.output.LayerNorm")
        inner = gelu(dense(x, prefix + "intermediate.dense"))
        x = norm(x + dense(inner, prefix + "output.dense"), prefix + "output.LayerNorm")
    return x


def encoder_logits(weights, inputs, overlap=True, split=0):
    first = encoder_hidden(weights, inputs, overlap, split)[OFFSETS[:-1].long()]
    pooled = torch.tanh(linear(first, weights["bert.pooler.dense.weight"], weights["bert.pooler.dense.bias"]))
    return linear(pooled, weights["classifier.weight"], weights["classifier.bias"]).squeeze(1)


def encoder_loss(weights, inputs, split=0):
    return mse_loss(encoder_logits(weights, inputs, split=split), inputs["input.targets"])


def masked_token_logits(weights, inputs, split=0):
    rows = encoder_hidden(weights, inputs, split=split)[inputs["mlm.rows"].long()]
    head = "cls.predictions.transform."
    inner = gelu(linear(rows, weights[head + "dense.weight"], weights[head + "dense.bias"]))
    inner = layer_norm(inner, [HIDDEN], weights[head + "LayerNorm.weight"], weights[head + "LayerNorm.bias"], 1e-12)
    return linear(inner, weights["bert.embeddings.word_embeddings.weight"], weights["cls.predictions.bias"])


# ---- the decoder: Llama with a classification head on the last token, and its next-token loss ----

KEY_HEADS, INNER, LABELS = 2, 24, 4


def decoder_weights():
    def normal(*shape):
        return torch.randn(*shape, dtype=torch.float64) * 0.3

    weights = {"model.embed_tokens.weight": normal(VOCABULARY, HIDDEN), "model.overlap_embeddings.weight": normal(3, HIDDEN)}
    for layer in range(LAYERS):
        prefix = f"model.layers.{layer}."
        weights |= {
            prefix + "input_layernorm.weight": 1 + normal(HIDDEN),
            prefix + "self_attn.q_proj.weight": normal(HEADS * HEAD, HIDDEN),
            prefix + "self_attn.k_proj.weight": normal(KEY_HEADS * HEAD, HIDDEN),
            prefix + "self_attn.v_proj.weight": normal(KEY_HEADS * HEAD, HIDDEN),
            prefix + "self_attn.o_proj.weight": normal(HIDDEN, HEADS * HEAD),
            prefix + "post_attention_layernorm.weight": 1 + normal(HIDDEN),
            prefix + "mlp.gate_proj.weight": normal(INNER, HIDDEN),
            prefix + "mlp.up_proj.weight": normal(INNER, HIDDEN),
            prefix + "mlp.down_proj.weight": normal(HIDDEN, INNER),
        }
    return weights | {"model.norm.weight": 1 + normal(HIDDEN), "score.weight": normal(LABELS, HIDDEN)}


def rotate(x):
    """Rotary positions of one sequence (tokens, heads, head), halves paired as in Hugging Face's rotate_half, theta 10000."""
    half = x.shape[2] // 2
    frequencies = 10000.0 ** (-torch.arange(half, dtype=torch.float64) / half)
    angles = torch.arange(len(x), dtype=torch.float64)[:, None] * frequencies
    cos, sin = (f(angles).repeat(1, 2)[:, None].to(x.dtype) for f in (torch.cos, torch.sin))
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


def decoder_hidden(weights, inputs, overlap=True):
    def dense(x, name):
        return linear(x, weights[name + ".weight"])

    def norm(x, name):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * weights[name + ".weight"]

    x = embedding(inputs["input.ids"], weights["model.embed_tokens.weight"])
    if overlap:
        x = x + embedding(inputs["input.overlap"], weights["model.overlap_embeddings.weight"])
    for layer in range(LAYERS):
        prefix = f"model.layers.{layer}."
        normed = norm(x, prefix + "input_layernorm")
        query, key, value = (sequences(dense(normed, f"{prefix}self_attn.{part}_proj").unflatten(1, (-1, HEAD))) for part in "qkv")
        attended = torch.cat([attend(rotate(q), rotate(k), v, causal=True) for q, k, v in zip(query, key, value)])
        x = x + dense(attended, prefix + "self_attn.o_proj")
        normed = norm(x, prefix + "post_attention_layernorm")
        x = x + dense(silu(dense(normed, prefix + "mlp.gate_proj")) * dense(normed, prefix + "mlp.up_proj"), prefix + "mlp.down_proj")
    return norm(x, "model.norm")


def decoder_logits(weights, inputs, overlap=True):
    last = decoder_hidden(weights, inputs, overlap)[OFFSETS[1:].long() - 1]
    return linear(last, weights["score.weight"])


def decoder_loss(weights, inputs):
    return -(inputs["input.targets"] * log_softmax(decoder_logits(weights, inputs), -1)).sum(-1).mean()


def next_token_loss(weights, inputs):
    logits = linear(decoder_hidden(weights, inputs), weights["model.embed_tokens.weight"])
    logits = torch.cat([sequence[:-1] for sequence in sequences(logits)])
    nexts = torch.cat([sequence[1:] for sequence in sequences(inputs["input.ids"])])
    return cross_entropy(logits, nexts.long())


# ---- losses, gradients and optimizer steps, alike for both ----

def gradients(loss, weights, inputs):
    """The loss and the gradients of those weights that it depends on."""
    leaves = {name: value.clone().requires_grad_() for name, value in weights.items()}
    result = loss(leaves, inputs)
    result.backward()
    return result, {name: leaf.grad for name, leaf in leaves.items() if leaf.grad is not None}


def train(loss, weights, inputs, dtype):
    """20 AdamW steps; losses are those before each step."""
    inputs = {name: value.to(dtype) if value.dtype.is_floating_point else value for name, value in inputs.items()}
    leaves = {name: value.to(dtype).clone().requires_grad_() for name, value in weights.items()}
    optimizer = torch.optim.AdamW(leaves.values(), lr=1e-2, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
    losses = []
    for _ in range(20):
        optimizer.zero_grad()
        result = loss(leaves, inputs)
        result.backward()
        optimizer.step()
        losses.append(result.detach())
    names = [name for name, leaf in leaves.items() if leaf.grad is not None and not name.endswith("self.key.bias")]
    return {"step20.losses": torch.stack(losses)} | {"step20." + name: leaves[name] for name in names}


def fixture(file, weights, inputs, logits, loss, second, second_loss, second_logits=None):
    weights = {name: as_stored(value) for name, value in weights.items()}
    inputs = {name: as_stored(value) for name, value in inputs.items()}
    tensors = weights | inputs | {"output.logits": logits(weights, inputs), "plain.logits": logits(weights, inputs, overlap=False)}
    tensors["output.loss"], grads = gradients(loss, weights, inputs)
    tensors |= {"grad." + name: value for name, value in grads.items()}
    tensors[second + ".loss"], grads = gradients(second_loss, weights, inputs)
    tensors |= {f"{second}.grad.{name}": value for name, value in grads.items()}
    if second_logits:
        tensors[second + ".logits"] = second_logits(weights, inputs)
    steps = train(loss, weights, inputs, torch.float64)
    write(os.path.join(HERE, file), tensors | steps)

    single = train(loss, weights, inputs, torch.float32)
    distance = {name: ((single[name] - value).abs().max() / value.abs().max()).item() for name, value in steps.items()}
    worst = max(distance, key=distance.get)
    print(f"{file}: loss {steps['step20.losses'][0]:.4f} -> {steps['step20.losses'][-1]:.4f}; "
          f"float32 PyTorch is off by at most {distance[worst]:.1e} after 20 steps ({worst})")


def packed_inputs():
    tokens = sum(LENGTHS)
    return {"input.ids": torch.randint(VOCABULARY, (tokens,)), "input.overlap": torch.randint(3, (tokens,)), "input.offsets": OFFSETS}


torch.manual_seed(1)
segments = torch.cat([(torch.arange(length) > length // 3).int() for length in LENGTHS])
rows = torch.tensor([1, 5, 8, 10, 14, 20, 22, 31])
def encoder_fixture(file, split):
    def masked_token_loss(weights, inputs):
        return cross_entropy(masked_token_logits(weights, inputs, split), inputs["mlm.labels"].long())

    fixture(file, encoder_weights(),
            packed_inputs() | {"input.segments": segments, "input.targets": torch.randn(5),
                               "mlm.rows": rows, "mlm.labels": torch.randint(VOCABULARY, rows.shape)},
            partial(encoder_logits, split=split), partial(encoder_loss, split=split), "mlm", masked_token_loss, partial(masked_token_logits, split=split))


encoder_fixture("encoder.safetensors", split=0)

torch.manual_seed(2)
fixture("decoder.safetensors", decoder_weights(), packed_inputs() | {"input.targets": torch.rand(5, LABELS).mul(2).softmax(-1)},
        decoder_logits, decoder_loss, "lm", next_token_loss)

torch.manual_seed(3)
encoder_fixture("encoder-split.safetensors", split=1)
