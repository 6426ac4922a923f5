"""Reads data sets of R packages without R: python3 rdata.py lines|csv BASE OBJECT OUTPUT

BASE is the path of a lazy-load data base without .rdb: R's serialization (format X, versions 2 and
3), object by object, compressed by zlib, bzip2 or xz. Character vectors become lines of text, data
frames of texts, numbers and factors become CSV.
"""

import bz2
import csv
import gzip
import lzma
import struct
import sys
import zlib


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 2
        self.references = []
        version, _, _ = self.ints(3)
        if data[:2] != b"X\n" or version not in (2, 3):
            sys.exit("rdata.py: expected R's serialization X, version 2 or 3")
        if version == 3:
            self.bytes(self.int())

    def bytes(self, n):
        self.at += n
        return self.data[self.at - n : self.at]

    def ints(self, n):
        return struct.unpack(">%di" % n, self.bytes(4 * n))

    def int(self):
        return self.ints(1)[0]

    def item(self):
        flags = self.int()
        kind = flags & 255
        if kind in (254, 253, 242, 241, 251, 252):
            return None
        if kind == 255:
            index = flags >> 8
            return self.references[(index or self.int()) - 1]
        if kind == 1:
            self.references.append(self.item())
            return self.references[-1]
        if kind == 9:
            length = self.int()
            return None if length < 0 else self.bytes(length).decode("utf-8")
        if kind in (2, 6):
            return self.pairs(flags)
        if kind == 238:
            return self.compact()
        attributes = {}
        if kind in (10, 13):
            values = [None if v == -(2**31) else v for v in self.ints(self.int())]
        elif kind == 14:
            length = self.int()
            values = list(struct.unpack(">%dd" % length, self.bytes(8 * length)))
        elif kind in (16, 19, 20):
            values = [self.item() for _ in range(self.int())]
        else:
            sys.exit("rdata.py: R type %d is not read" % kind)
        if flags & 512:
            attributes = self.item() or {}
        if "levels" in attributes:
            values = [None if v is None else attributes["levels"][v - 1] for v in values]
        if "names" in attributes:
            return dict(zip(attributes["names"], values))
        return values

    def pairs(self, flags):
        """A pairlist as a dictionary."""
        found = {}
        while flags & 255 in (2, 6):
            if flags & 512:
                self.item()
            name = self.item() if flags & 1024 else None
            found[name or len(found)] = self.item()
            flags = self.int()
        return found

    def compact(self):
        """Sequences and wrapped vectors of R 3.5 and later."""
        info, state, _ = self.item(), self.item(), self.item()
        name = list(info.values())[0]
        if name in ("compact_intseq", "compact_realseq"):
            count, first, step = state
            return [first + i * step for i in range(int(count))]
        return state[0]


def uncompressed(chunk):
    kind = chunk[4:5]
    if kind == b"2":
        return bz2.decompress(chunk[5:])
    if kind == b"Z":
        filters = [{"id": lzma.FILTER_LZMA2, "preset": 6}]
        return lzma.decompress(chunk[5:], lzma.FORMAT_RAW, filters=filters)
    return zlib.decompress(chunk[4:])


def load(base, name):
    with gzip.open(base + ".rdx") as file:
        index = Reader(file.read()).item()["variables"]
    if name not in index:
        sys.exit("rdata.py: no %s in %s; there are %s" % (name, base, sorted(index)))
    position, length = (int(v) for v in index[name])
    with open(base + ".rdb", "rb") as file:
        file.seek(position)
        return Reader(uncompressed(file.read(length))).item()


def main(form, base, name, output):
    value = load(base, name)
    with open(output, "w", encoding="utf-8", newline="") as file:
        if form == "lines":
            file.write("\n".join(value) + "\n")
        else:
            rows = csv.writer(file)
            rows.writerow(value)
            rows.writerows(zip(*value.values()))


if __name__ == "__main__":
    main(*sys.argv[1:])
