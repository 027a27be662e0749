"""A small random checkpoint of each architecture as a Hugging Face folder, and what it must compute, from PyTorch and the published equations.

Run:         python3 generate.py      (PyTorch 1.13.0; writes a folder for each architecture, and rope.safetensors, beside this file)
Seed:        each architecture its own, the CRC-32 of its name: adding one leaves the others as they are
Dtypes:      weights are rounded to the type of their folder, everything is computed in float64, results are stored as float32
Folders:     config.json and the weights as transformers writes them; reference.safetensors has the inputs (input.X), the logits, the loss, the
             gradient of the loss for every weight (grad.X), and, where the embeddings are tied, the language head's logits (language.logits)
Tolerance:   the tests compare with 1e-4 relative to a tensor's largest magnitude
Left out:    gradients of biases of keys that meet no rotation: they are zero but for rounding
"""
import json
import math
import os
import sys
import zlib

import torch
from torch.nn.functional import embedding, gelu, layer_norm, linear, log_softmax, silu

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", ".."))
from safetensors_writer import as_stored, offsets_of, write  # noqa: E402

VOCABULARY, HIDDEN, HEADS, KEY_HEADS, HEAD, INNER, POSITIONS = 20, 8, 4, 2, 4, 12, 16
LENGTHS = [7, 3, 12, 1, 9]
RANDOM = {"initializer_range": 0.02, "transformers_version": "4.57.0", "use_cache": True}


def normal(*shape):
    return torch.randn(*shape, dtype=torch.float64) * 0.3


def dense(name, outputs, inputs, bias=True):
    return {name + ".weight": normal(outputs, inputs)} | ({name + ".bias": normal(outputs)} if bias else {})


def norm(name, size=HIDDEN, bias=True, center=1):
    return {name + ".weight": center + normal(size)} | ({name + ".bias": normal(size)} if bias else {})


def apply(w, name, x):
    return linear(x, w[name + ".weight"], w.get(name + ".bias"))


def normed(w, name, x, epsilon):
    return layer_norm(x, [x.shape[-1]], w[name + ".weight"], w.get(name + ".bias"), epsilon)


def attend(q, k, v, visible, scale, cap=None):
    """One sequence: q (tokens, heads * head), k and v (tokens, key heads * head), visible (tokens, tokens)."""
    q, k, v = (part.unflatten(1, (-1, HEAD)) for part in (q, k, v))
    k, v = (part.repeat_interleave(q.shape[1] // part.shape[1], 1) for part in (k, v))
    scores = torch.einsum("qhd,khd->hqk", q, k) * scale
    if cap:
        scores = cap * torch.tanh(scores / cap)
    return torch.einsum("hqk,khd->qhd", scores.masked_fill(~visible, float("-inf")).softmax(-1), v).flatten(1)


def distances(tokens):
    """How far before the query a key stands, (tokens, tokens)."""
    at = torch.arange(tokens)
    return at[:, None] - at[None]


# ---- rotary positions ----

def plain(theta, size):
    return 1 / theta ** (torch.arange(0, size, 2, dtype=torch.float64) / size)


def llama3(theta, size, factor, low, high, original):
    result = []
    for frequency in plain(theta, size).tolist():
        wavelength = 2 * math.pi / frequency
        if wavelength < original / high:
            result.append(frequency)
        elif wavelength > original / low:
            result.append(frequency / factor)
        else:
            smooth = (original / wavelength - low) / (high - low)
            result.append((1 - smooth) * frequency / factor + smooth * frequency)
    return torch.tensor(result, dtype=torch.float64)


def yarn(theta, size, factor, original, fast=32, slow=1):
    """Frequencies, and what queries and keys are multiplied with."""
    def dimension(rotations):
        return size * math.log(original / (rotations * 2 * math.pi)) / (2 * math.log(theta))

    low, high = max(math.floor(dimension(fast)), 0), min(math.ceil(dimension(slow)), size - 1)
    ramp = ((torch.arange(size // 2, dtype=torch.float64) - low) / ((high - low) or 0.001)).clamp(0, 1)
    kept = 1 - ramp
    return plain(theta, size) / factor * (1 - kept) + plain(theta, size) * kept, 0.1 * math.log(factor) + 1


def rotate(x, frequencies, scale=1):
    """One sequence (tokens, heads * head), the halves of a head paired."""
    heads, half = x.unflatten(1, (-1, HEAD)), HEAD // 2
    angles = torch.arange(len(x), dtype=torch.float64)[:, None] * frequencies
    cos, sin = ((f(angles) * scale).repeat(1, 2)[:, None] for f in (torch.cos, torch.sin))
    return (heads * cos + torch.cat([-heads[..., half:], heads[..., :half]], -1) * sin).flatten(1)


# ---- BERT and its descendants: norms behind each part ----

BERT = dict(q="attention.self.query", k="attention.self.key", v="attention.self.value", o="attention.output.dense", an="attention.output.LayerNorm",
            up="intermediate.dense", down="output.dense", on="output.LayerNorm")
DISTIL = dict(q="attention.q_lin", k="attention.k_lin", v="attention.v_lin", o="attention.out_lin", an="sa_layer_norm",
              up="ffn.lin1", down="ffn.lin2", on="output_layer_norm")


def encoder_weights(base, layers, names, segments, positions=POSITIONS, size=HIDDEN, heads=()):
    """Heads: the names of the two layers behind the first token."""
    w = {f"{base}.embeddings.word_embeddings.weight": normal(VOCABULARY, size), f"{base}.embeddings.position_embeddings.weight": normal(positions, size)}
    if segments:
        w[f"{base}.embeddings.token_type_embeddings.weight"] = normal(segments, size)
    w |= norm(f"{base}.embeddings.LayerNorm", size)
    if size != HIDDEN:
        w |= dense(f"{base}.embeddings_project", HIDDEN, size)
    for layer in range(2):
        p = f"{base}.{layers}.{layer}."
        for part in "qkvo":
            w |= dense(p + names[part], HIDDEN, HIDDEN)
        w |= norm(p + names["an"]) | dense(p + names["up"], INNER, HIDDEN) | dense(p + names["down"], HIDDEN, INNER) | norm(p + names["on"])
    return w | dense(heads[0], HIDDEN, HIDDEN) | dense(heads[1], 1, HIDDEN)


def encoder(base, layers, names, activation, head, heads, segments=0, first=0):
    def logits(w, ids, types):
        e = f"{base}.embeddings."
        x = embedding(ids, w[e + "word_embeddings.weight"]) + w[e + "position_embeddings.weight"][first:first + len(ids)]
        if segments:
            x = x + embedding(types if segments > 1 else torch.zeros_like(types), w[e + "token_type_embeddings.weight"])
        x = normed(w, e + "LayerNorm", x, 1e-12)
        if f"{base}.embeddings_project.weight" in w:
            x = apply(w, f"{base}.embeddings_project", x)
        for layer in range(2):
            p = f"{base}.{layers}.{layer}."
            q, k, v = (apply(w, p + names[part], x) for part in "qkv")
            context = attend(q, k, v, torch.ones(len(ids), len(ids)).bool(), HEAD ** -0.5)
            x = normed(w, p + names["an"], x + apply(w, p + names["o"], context), 1e-12)
            x = normed(w, p + names["on"], x + apply(w, p + names["down"], activation(apply(w, p + names["up"], x))), 1e-12)
        return apply(w, heads[1], head(apply(w, heads[0], x[0]))), None
    return logits


def gelu_tanh(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


def encoder_config(kind, **more):
    return RANDOM | dict(model_type=kind, vocab_size=VOCABULARY, hidden_size=HIDDEN, num_hidden_layers=2, num_attention_heads=HIDDEN // HEAD, intermediate_size=INNER,
                         max_position_embeddings=POSITIONS, hidden_act="gelu", hidden_dropout_prob=0.0, layer_norm_eps=1e-12) | more


# ---- ModernBERT ----

def modernbert_weights(bias):
    w = {"model.embeddings.tok_embeddings.weight": normal(VOCABULARY, HIDDEN)} | norm("model.embeddings.norm", bias=bias)
    for layer in range(3):
        p = f"model.layers.{layer}."
        if layer > 0:
            w |= norm(p + "attn_norm", bias=bias)
        w |= dense(p + "attn.Wqkv", 3 * HIDDEN, HIDDEN, bias) | dense(p + "attn.Wo", HIDDEN, HIDDEN, bias) | norm(p + "mlp_norm", bias=bias)
        w |= dense(p + "mlp.Wi", 2 * INNER, HIDDEN, bias) | dense(p + "mlp.Wo", HIDDEN, INNER, bias)
    return w | norm("model.final_norm", bias=bias) | dense("head.dense", HIDDEN, HIDDEN, bias) | norm("head.norm", bias=bias) | dense("classifier", 1, HIDDEN)


def modernbert(mean):
    def logits(w, ids, types):
        x = normed(w, "model.embeddings.norm", embedding(ids, w["model.embeddings.tok_embeddings.weight"]), 1e-5)
        for layer in range(3):
            p, everywhere = f"model.layers.{layer}.", layer % 3 == 0
            q, k, v = apply(w, p + "attn.Wqkv", normed(w, p + "attn_norm", x, 1e-5) if layer > 0 else x).chunk(3, -1)
            frequencies = plain(160000.0 if everywhere else 10000.0, HEAD)
            visible = distances(len(ids)).abs() <= (10 ** 9 if everywhere else 4 // 2)
            x = x + apply(w, p + "attn.Wo", attend(rotate(q, frequencies), rotate(k, frequencies), v, visible, HEAD ** -0.5))
            inner, gate = apply(w, p + "mlp.Wi", normed(w, p + "mlp_norm", x, 1e-5)).chunk(2, -1)
            x = x + apply(w, p + "mlp.Wo", gelu(inner) * gate)
        x = normed(w, "model.final_norm", x, 1e-5)
        pooled = x.mean(0) if mean else x[0]
        return apply(w, "classifier", normed(w, "head.norm", gelu(apply(w, "head.dense", pooled)), 1e-5)), None
    return logits


def modernbert_config(bias, pooling):
    return RANDOM | dict(model_type="modernbert", vocab_size=VOCABULARY, hidden_size=HIDDEN, num_hidden_layers=3, num_attention_heads=HIDDEN // HEAD, intermediate_size=INNER,
                         max_position_embeddings=POSITIONS, hidden_activation="gelu", classifier_activation="gelu", norm_eps=1e-5, norm_bias=bias, attention_bias=bias,
                         mlp_bias=bias, classifier_bias=bias, classifier_pooling=pooling, global_attn_every_n_layers=3, local_attention=4,
                         global_rope_theta=160000.0, local_rope_theta=10000.0, classifier_dropout=0.0)


# ---- Llama and its relatives: norms before each part, heads of 4 columns on 8 hidden ones, two query heads a key head ----

LABELS = 3


def decoder_weights(qkv_bias=False, o_bias=False, mlp_bias=False, head_norms=False, outer_norms=False, center=1):
    def gain(name, size=HIDDEN):
        return norm(name, size, bias=False, center=center)

    w = {"model.embed_tokens.weight": normal(VOCABULARY, HIDDEN)}
    for layer in range(2):
        p = f"model.layers.{layer}."
        for part, heads in [("q", HEADS), ("k", KEY_HEADS), ("v", KEY_HEADS)]:
            w |= dense(f"{p}self_attn.{part}_proj", heads * HEAD, HIDDEN, qkv_bias)
        w |= dense(p + "self_attn.o_proj", HIDDEN, HEADS * HEAD, o_bias)
        if head_norms:
            w |= gain(p + "self_attn.q_norm", HEAD) | gain(p + "self_attn.k_norm", HEAD)
        w |= gain(p + "input_layernorm") | gain(p + "post_attention_layernorm")
        if outer_norms:
            w |= gain(p + "pre_feedforward_layernorm") | gain(p + "post_feedforward_layernorm")
        for part, rows, columns in [("gate", INNER, HIDDEN), ("up", INNER, HIDDEN), ("down", HIDDEN, INNER)]:
            w |= dense(f"{p}mlp.{part}_proj", rows, columns, mlp_bias)
    return w | gain("model.norm") | {"score.weight": normal(LABELS, HIDDEN)}


def decoder(frequencies, sharpness=1, windows=(0, 0), local=None, turned=(True, True), activation=silu, gemma=False, scale=HEAD ** -0.5, cap=None, final_cap=None, tied=False):
    def rms(w, name, x):
        gain = w[name + ".weight"]
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * (1 + gain if gemma else gain)

    def by_head(w, name, x):
        return rms(w, name, x.unflatten(1, (-1, HEAD))).flatten(1) if name + ".weight" in w else x

    def logits(w, ids, types):
        x = embedding(ids, w["model.embed_tokens.weight"])
        if gemma:
            x = x * HIDDEN ** 0.5
        before = distances(len(ids))
        for layer in range(2):
            p = f"model.layers.{layer}."
            inner = rms(w, p + "input_layernorm", x)
            q, k, v = (apply(w, f"{p}self_attn.{part}_proj", inner) for part in "qkv")
            turns = frequencies if local is None or not windows[layer] else local
            q, k = (by_head(w, f"{p}self_attn.{part}_norm", of) for part, of in (("q", q), ("k", k)))
            if turned[layer]:
                q, k = rotate(q, turns, sharpness), rotate(k, turns, sharpness)
            visible = (before >= 0) & (before < (windows[layer] or 10 ** 9))
            context = apply(w, p + "self_attn.o_proj", attend(q, k, v, visible, scale, cap))
            x = x + (rms(w, p + "post_attention_layernorm", context) if gemma else context)
            inner = rms(w, p + ("pre_feedforward_layernorm" if gemma else "post_attention_layernorm"), x)
            inner = apply(w, p + "mlp.down_proj", activation(apply(w, p + "mlp.gate_proj", inner)) * apply(w, p + "mlp.up_proj", inner))
            x = x + (rms(w, p + "post_feedforward_layernorm", inner) if gemma else inner)
        x = rms(w, "model.norm", x)
        language = linear(x, w["model.embed_tokens.weight"]) if tied else None
        if tied and final_cap:
            language = final_cap * torch.tanh(language / final_cap)
        return linear(x[-1], w["score.weight"]), language
    return logits


def decoder_config(kind, **more):
    return RANDOM | dict(model_type=kind, vocab_size=VOCABULARY, hidden_size=HIDDEN, num_hidden_layers=2, num_attention_heads=HEADS, num_key_value_heads=KEY_HEADS, head_dim=HEAD,
                         intermediate_size=INNER, max_position_embeddings=POSITIONS, hidden_act="silu", rms_norm_eps=1e-6, tie_word_embeddings=False,
                         bos_token_id=1, eos_token_id=2) | more


# ---- folders ----

def folder(name, config, make_weights, logits, dtype=torch.float32, shards=1):
    torch.manual_seed(zlib.crc32(name.encode()))
    weights = {key: value.to(dtype).double() for key, value in make_weights().items()}
    decoder = "score.weight" in weights
    count, labels = len(LENGTHS), LABELS if decoder else 1
    inputs = {"ids": torch.randint(VOCABULARY, (sum(LENGTHS),)), "segments": torch.cat([(torch.arange(n) > n // 3).int() for n in LENGTHS]),
              "offsets": offsets_of(LENGTHS), "targets": torch.rand(count, labels).mul(2).softmax(-1) if decoder else torch.randn(count, 1)}
    inputs = {key: as_stored(value) for key, value in inputs.items()}

    leaves = {key: value.clone().requires_grad_() for key, value in weights.items()}
    results = [logits(leaves, ids, types) for ids, types in zip(inputs["ids"].split(LENGTHS), inputs["segments"].split(LENGTHS))]
    scores = torch.stack([result[0] for result in results])
    targets = inputs["targets"]
    loss = -(targets * log_softmax(scores, -1)).sum(-1).mean() if decoder else (scores - targets).square().mean()
    loss.backward()
    reference = {"input." + key: value for key, value in inputs.items()} | {"logits": scores, "loss": loss}
    reference |= {"grad." + key: leaf.grad for key, leaf in leaves.items() if decoder or not key.endswith(("self.key.bias", "k_lin.bias"))}
    if results[0][1] is not None:
        reference["language.logits"] = torch.cat([result[1] for result in results])

    path = os.path.join(HERE, name)
    os.makedirs(path, exist_ok=True)
    head = {str(label): f"LABEL_{label}" for label in range(labels)}
    with open(os.path.join(path, "config.json"), "w") as file:
        json.dump(config | {"id2label": head, "torch_dtype": str(dtype)[6:]}, file, indent=2)
        file.write("\n")
    write(os.path.join(path, "reference.safetensors"), reference)
    names = sorted(weights)
    files = {"model.safetensors": names} if shards == 1 else {f"model-{i + 1:05}-of-{shards:05}.safetensors": names[i::shards] for i in range(shards)}
    for file, part in files.items():
        write(os.path.join(path, file), {key: weights[key].to(dtype) for key in part}, {"format": "pt"})
    if shards > 1:
        with open(os.path.join(path, "model.safetensors.index.json"), "w") as file:
            json.dump({"metadata": {}, "weight_map": {key: file for file, part in files.items() for key in part}}, file)
    print(f"{name}: {sum(value.numel() for value in weights.values())} weights, loss {loss.item():.4f}")


def encoder_folder(name, base, layers, names, head, heads, config, activation=gelu, segments=0, first=0, size=HIDDEN, **more):
    folder(name, config, lambda: encoder_weights(base, layers, names, segments, POSITIONS + first, size, heads),
           encoder(base, layers, names, activation, head, heads, segments, first), **more)


encoder_folder("bert", "bert", "encoder.layer", BERT, torch.tanh, ("bert.pooler.dense", "classifier"), encoder_config("bert", type_vocab_size=2), segments=2, dtype=torch.float16)
encoder_folder("roberta", "roberta", "encoder.layer", BERT, torch.tanh, ("classifier.dense", "classifier.out_proj"),
               encoder_config("roberta", type_vocab_size=1, pad_token_id=1, max_position_embeddings=POSITIONS + 2, hidden_act="gelu_new"), gelu_tanh, segments=1, first=2, shards=2)
encoder_folder("camembert", "roberta", "encoder.layer", BERT, torch.tanh, ("classifier.dense", "classifier.out_proj"),
               encoder_config("camembert", type_vocab_size=1, pad_token_id=1, max_position_embeddings=POSITIONS + 2), segments=1, first=2)
encoder_folder("distilbert", "distilbert", "transformer.layer", DISTIL, torch.relu, ("pre_classifier", "classifier"),
               RANDOM | dict(model_type="distilbert", vocab_size=VOCABULARY, dim=HIDDEN, n_layers=2, n_heads=HIDDEN // HEAD, hidden_dim=INNER,
                             max_position_embeddings=POSITIONS, activation="gelu", dropout=0.0, sinusoidal_pos_embds=False))
encoder_folder("electra", "electra", "encoder.layer", BERT, gelu, ("classifier.dense", "classifier.out_proj"),
               encoder_config("electra", type_vocab_size=2, embedding_size=6), segments=2, size=6)
folder("modernbert", modernbert_config(False, "cls"), lambda: modernbert_weights(False), modernbert(False))
folder("modernbert-mean", modernbert_config(True, "mean"), lambda: modernbert_weights(True), modernbert(True))

folder("llama", decoder_config("llama", attention_bias=True, mlp_bias=True, rope_theta=10000.0,
                               rope_scaling=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8)),
       lambda: decoder_weights(True, True, True), decoder(llama3(10000.0, HEAD, 8, 1, 4, 8)))
folder("smollm3", decoder_config("smollm3", no_rope_layer_interval=2, use_sliding_window=False, rope_theta=1000.0, attention_bias=False, mlp_bias=False, tie_word_embeddings=True),
       lambda: decoder_weights(), decoder(plain(1000.0, HEAD), turned=(True, False), tied=True))
folder("mistral", decoder_config("mistral", sliding_window=3, rope_theta=10000.0, rope_scaling=dict(type="linear", factor=2.0)),
       lambda: decoder_weights(), decoder(plain(10000.0, HEAD) / 2, windows=(3, 3)), dtype=torch.float16)
frequencies, sharpness = yarn(1000.0, HEAD, 4, 64)
folder("qwen2", decoder_config("qwen2", use_sliding_window=True, sliding_window=4, max_window_layers=1, tie_word_embeddings=True, rope_theta=1000.0,
                               rope_scaling=dict(type="yarn", factor=4.0, original_max_position_embeddings=64)),
       lambda: decoder_weights(qkv_bias=True), decoder(frequencies, sharpness, (0, 4), tied=True), dtype=torch.bfloat16, shards=2)
folder("qwen3", decoder_config("qwen3", attention_bias=True, use_sliding_window=True, sliding_window=5, layer_types=["sliding_attention", "full_attention"],
                               rope_parameters=dict(rope_theta=1000000.0, rope_type="default")),
       lambda: decoder_weights(True, True, head_norms=True), decoder(plain(1000000.0, HEAD), windows=(5, 0)))
folder("gemma2", decoder_config("gemma2", hidden_activation="gelu_pytorch_tanh", query_pre_attn_scalar=6, attn_logit_softcapping=2.0, final_logit_softcapping=3.0,
                                sliding_window=3, tie_word_embeddings=True, rope_theta=10000.0, attention_bias=False),
       lambda: decoder_weights(outer_norms=True, center=0),
       decoder(plain(10000.0, HEAD), windows=(3, 0), activation=gelu_tanh, gemma=True, scale=6 ** -0.5, cap=2.0, final_cap=3.0, tied=True))
folder("gemma3", decoder_config("gemma3_text", hidden_activation="gelu_pytorch_tanh", query_pre_attn_scalar=6, sliding_window=4, sliding_window_pattern=2, tie_word_embeddings=True,
                                rope_theta=1000.0, rope_local_base_freq=10.0, rope_scaling=dict(rope_type="linear", factor=2.0), attention_bias=True),
       lambda: decoder_weights(True, True, head_norms=True, outer_norms=True, center=0),
       decoder(plain(1000.0, HEAD) / 2, windows=(4, 0), local=plain(10.0, HEAD), activation=gelu_tanh, gemma=True, scale=6 ** -0.5, tied=True))

# ---- the frequencies of models as they are published ----

write(os.path.join(HERE, "rope.safetensors"), {
    "plain": plain(10000.0, 64),
    "linear": plain(10000.0, 128) / 4,
    "llama3": llama3(500000.0, 128, 8, 1, 4, 8192),
    "yarn": yarn(1000000.0, 128, 4, 32768)[0],
    "yarn.sharpness": torch.tensor([yarn(1000000.0, 128, 4, 32768)[1]], dtype=torch.float64),
})
