"""The safetensors format, written by hand for the fixture generators: 8 bytes of header length, a JSON header, the data."""
import json
import struct

import numpy
import torch

DTYPES = {"float32": "F32", "int32": "I32"}


def write(path, tensors):
    """Writes a dictionary name -> tensor; floats become F32, integers I32; equal input gives equal bytes."""
    header, blobs, end = {}, [], 0
    for name in sorted(tensors):
        value = tensors[name].detach().contiguous().numpy()
        value = value.astype("<f4" if value.dtype.kind == "f" else "<i4")
        assert numpy.isfinite(value).all(), name
        blobs.append(value.tobytes())
        header[name] = {"dtype": DTYPES[value.dtype.name], "shape": list(value.shape), "data_offsets": [end, end + len(blobs[-1])]}
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
