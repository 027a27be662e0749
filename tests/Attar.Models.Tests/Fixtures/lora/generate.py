"""Fine-tuning a small Qwen2 classifier through LoRA (Hu et al. 2021) in plain PyTorch: y = x W^T + b + alpha / r (x A^T) B^T, everything but A, B and the head frozen.

Run:         python3 generate.py      (PyTorch 1.13.0; writes base/, adapter/ and reference.safetensors beside this file)
Seed:        3 (torch.manual_seed)
Dtypes:      weights are rounded to float32, everything is computed in float64, results are stored as float32
Folders:     base is a Hugging Face folder, adapter a folder as PEFT writes it; reference.safetensors has inputs (input.X), logits, loss, the loss's gradient
             for all that is trained (grad.X), and after 10 AdamW steps the losses before each (step10.losses) and the values (step10.X)
Tolerance:   the tests compare with 1e-4 relative to a tensor's largest magnitude
"""
import json
import os
import sys

import torch
from torch.nn.functional import embedding, linear, log_softmax, silu

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", ".."))
from safetensors_writer import as_stored, offsets_of, write  # noqa: E402

VOCABULARY, HIDDEN, LAYERS, HEADS, KEY_HEADS, HEAD, INNER, LABELS = 20, 8, 2, 4, 2, 2, 12, 3
RANK, ALPHA = 2, 6
LENGTHS = [7, 3, 12, 1, 9]
SHAPES = {"self_attn.q_proj": (HEADS * HEAD, HIDDEN), "self_attn.k_proj": (KEY_HEADS * HEAD, HIDDEN), "self_attn.v_proj": (KEY_HEADS * HEAD, HIDDEN),
          "self_attn.o_proj": (HIDDEN, HEADS * HEAD), "mlp.gate_proj": (INNER, HIDDEN), "mlp.up_proj": (INNER, HIDDEN), "mlp.down_proj": (HIDDEN, INNER)}
MODULES = {f"model.layers.{layer}.{name}": shape for layer in range(LAYERS) for name, shape in SHAPES.items()}


def normal(*shape):
    return torch.randn(*shape, dtype=torch.float64) * 0.3


def base_weights():
    w = {"model.embed_tokens.weight": normal(VOCABULARY, HIDDEN), "model.norm.weight": 1 + normal(HIDDEN), "score.weight": normal(LABELS, HIDDEN)}
    for name, shape in MODULES.items():
        w[name + ".weight"] = normal(*shape)
        if name[-6:] in ("q_proj", "k_proj", "v_proj"):
            w[name + ".bias"] = normal(shape[0])
    for layer in range(LAYERS):
        w |= {f"model.layers.{layer}.{norm}_layernorm.weight": 1 + normal(HIDDEN) for norm in ("input", "post_attention")}
    return w


def adapter_weights():
    w = {"base_model.model.score.weight": normal(LABELS, HIDDEN)}
    for name, (outputs, inputs) in MODULES.items():
        w |= {f"base_model.model.{name}.lora_A.weight": normal(RANK, inputs), f"base_model.model.{name}.lora_B.weight": normal(outputs, RANK)}
    return w


def rotate(x):
    """(tokens, heads, head), the halves of a head paired."""
    frequencies = 10000.0 ** (-torch.arange(HEAD // 2, dtype=torch.float64) / (HEAD // 2))
    angles = torch.arange(len(x), dtype=torch.float64)[:, None] * frequencies
    cos, sin = (f(angles).repeat(1, 2)[:, None] for f in (torch.cos, torch.sin))
    return x * cos + torch.cat([-x[..., HEAD // 2:], x[..., :HEAD // 2]], -1) * sin


def logits(base, adapter, ids):
    def dense(x, name):
        a, b = (adapter[f"base_model.model.{name}.lora_{part}.weight"] for part in "AB")
        return linear(x, base[name + ".weight"], base.get(name + ".bias")) + ALPHA / RANK * linear(linear(x, a), b)

    def norm(x, name):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * base[name + ".weight"]

    x = embedding(ids, base["model.embed_tokens.weight"])
    for layer in range(LAYERS):
        prefix = f"model.layers.{layer}."
        inner = norm(x, prefix + "input_layernorm")
        q, k, v = (dense(inner, f"{prefix}self_attn.{part}_proj").unflatten(1, (-1, HEAD)) for part in "qkv")
        q, k, v = rotate(q), rotate(k).repeat_interleave(HEADS // KEY_HEADS, 1), v.repeat_interleave(HEADS // KEY_HEADS, 1)
        scores = torch.einsum("qhd,khd->hqk", q, k) / HEAD ** 0.5
        scores = scores.masked_fill(torch.ones(len(x), len(x)).triu(1).bool(), float("-inf"))
        x = x + dense(torch.einsum("hqk,khd->qhd", scores.softmax(-1), v).flatten(1), prefix + "self_attn.o_proj")
        inner = norm(x, prefix + "post_attention_layernorm")
        x = x + dense(silu(dense(inner, prefix + "mlp.gate_proj")) * dense(inner, prefix + "mlp.up_proj"), prefix + "mlp.down_proj")
    return linear(norm(x, "model.norm")[-1], adapter["base_model.model.score.weight"])


def save(folder, file, weights, config_file, config):
    os.makedirs(os.path.join(HERE, folder), exist_ok=True)
    write(os.path.join(HERE, folder, file), weights, {"format": "pt"})
    with open(os.path.join(HERE, folder, config_file), "w") as out:
        json.dump(config, out, indent=2)
        out.write("\n")


torch.manual_seed(3)
base = {name: as_stored(value) for name, value in base_weights().items()}
adapter = {name: as_stored(value).requires_grad_() for name, value in adapter_weights().items()}
save("base", "model.safetensors", base, "config.json", dict(
    model_type="qwen2", architectures=["Qwen2ForSequenceClassification"], vocab_size=VOCABULARY, hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
    num_key_value_heads=KEY_HEADS, intermediate_size=INNER, max_position_embeddings=16, hidden_act="silu", rms_norm_eps=1e-6, rope_theta=10000.0,
    tie_word_embeddings=True, use_sliding_window=False, id2label={str(label): f"LABEL_{label}" for label in range(LABELS)}, torch_dtype="float32"))
save("adapter", "adapter_model.safetensors", adapter, "adapter_config.json", dict(
    alpha_pattern={}, auto_mapping=None, base_model_name_or_path="../base", bias="none", eva_config=None, exclude_modules=None, fan_in_fan_out=False, inference_mode=True,
    init_lora_weights=True, layer_replication=None, layers_pattern=None, layers_to_transform=None, loftq_config={}, lora_alpha=ALPHA, lora_bias=False, lora_dropout=0.0,
    megatron_config=None, megatron_core="megatron.core", modules_to_save=["classifier", "score"], peft_type="LORA", r=RANK, rank_pattern={}, revision=None,
    target_modules=sorted(name.split(".")[1] for name in SHAPES), task_type="SEQ_CLS", use_dora=False, use_rslora=False))

ids = torch.randint(VOCABULARY, (sum(LENGTHS),))
targets = as_stored(torch.rand(len(LENGTHS), LABELS).mul(2).softmax(-1))
reference = {"input.ids": ids, "input.offsets": offsets_of(LENGTHS), "input.targets": targets}


def forward():
    scores = torch.stack([logits(base, adapter, part) for part in ids.split(LENGTHS)])
    return scores, -(targets * log_softmax(scores, -1)).sum(-1).mean()


optimizer, losses = torch.optim.AdamW(adapter.values(), lr=1e-2, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01), []
for step in range(10):
    optimizer.zero_grad()
    scores, loss = forward()
    loss.backward()
    losses.append(loss.detach())
    if step == 0:
        reference |= {"logits": scores.detach().clone(), "loss": loss.detach()} | {"grad." + name: value.grad.clone() for name, value in adapter.items()}
    optimizer.step()
reference |= {"step10.losses": torch.stack(losses)} | {"step10." + name: value for name, value in adapter.items()}
write(os.path.join(HERE, "reference.safetensors"), reference)
print(f"loss {losses[0]:.4f} -> {losses[-1]:.4f}")
