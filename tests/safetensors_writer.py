"""The safetensors format, written by hand for the fixture generators: 8 bytes of header length, a JSON header, the data."""
import json
import struct

import torch

DTYPES = {"float32": "F32", "int32": "I32"}
HALVES = {torch.float16: "F16", torch.bfloat16: "BF16"}


def write(path, tensors, metadata=None):
    """Writes a dictionary name -> tensor; float16 and bfloat16 stay, other floats become F32, integers I32; equal input gives equal bytes."""
    header, blobs, end = {"__metadata__": metadata} if metadata else {}, [], 0
    for name in sorted(tensors):
        value = tensors[name].detach().contiguous()
        assert value.isfinite().all(), name
        dtype = HALVES.get(value.dtype)
        value = value.view(torch.int16).numpy() if dtype else value.numpy()
        if not dtype:
            value = value.astype("<f4" if value.dtype.kind == "f" else "<i4")
            dtype = DTYPES[value.dtype.name]
        blobs.append(value.tobytes())
        header[name] = {"dtype": dtype, "shape": list(value.shape), "data_offsets": [end, end + len(blobs[-1])]}
        end += len(blobs[-1])
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def as_stored(value):
    """Rounds to what the file will hold, and goes on in float64: the reference then starts from exactly the numbers that the tests read."""
    return value.float().double() if value.dtype.is_floating_point else value.int()


def offsets_of(lengths):
    """Lengths (sequences) -> packed offsets (sequences + 1)."""
    return torch.tensor([0] + lengths).cumsum(0).int()
