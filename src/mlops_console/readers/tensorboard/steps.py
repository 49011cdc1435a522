"""Steps: varints of up to eight bytes, many at once."""

import numpy as np

from mlops_console.readers.tensorboard.window import Words
from mlops_console.records import IntArray

_LOW = np.uint64(0x7F)


def decoded(octets: Words) -> IntArray:
    """The numbers that varints stand for; each word holds one varint's bytes, zero after its end."""
    found = octets & _LOW
    bits = int(np.bitwise_or.reduce(octets, axis=None)).bit_length() if octets.size else 0
    for byte in range(1, (bits + 7) // 8):
        more = octets >> np.uint64(byte)
        more &= np.uint64(0x7F << (7 * byte))
        found |= more
    return found.view(np.int64)
