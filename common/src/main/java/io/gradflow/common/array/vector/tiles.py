"""Writes Tiles512.java, Tiles256.java and Tiles128.java beside itself; google-java-format does the rest.

One tile: C[rows, columns] = start + A[rows, k] B[k, columns], every element one chain
c = fma(a, b, c) over ascending k, all of C in registers. Rows x vectors is what each width's
registers hold and what hides the latency of fma.

At 256 bits A packed and each half of a panel of B lie eight floats apart per k, so one index serves all
three streams; and its bounds are masked, so that the compiler knows that no sum of it overflows and adds
constants into addresses. A step of k of 6 x 16 is then 27 instructions for 12 products (it was 29 for 10),
which counts where another thread of the core takes its share of them. The index starts at B's offset: from 0
or from A's the compiler unrolls the loop and spills, at a third of the speed. Look at the compiled loop
before changing a letter of it.
"""

import pathlib

NAMES = {2: "two", 4: "four", 5: "five", 6: "six", 8: "eight"}


MASKS = """  /** A mask that no offset into panels of B exceeds: {@link Packing#size} sees to it. */
  private static final int PANEL_OFFSET = Packing.MAX_FLOATS - 1;

  /** A mask that no offset into a block of packed A exceeds. */
  private static final int BLOCK_OFFSET = 0xfffffff;

  /** A mask that no block's depth exceeds. */
  private static final int DEPTH = 0xffff;

"""


def tile(name, doc, rows, vectors, lanes, packed):
    """packed: A holds `lanes` values (rows of C) per k, and B is a panel; otherwise rows of A are lda apart, of B ldb."""
    halves = packed and lanes == 8
    cells = [(r, v) for r in range(rows) for v in range(vectors)]
    at = lambda base, stride, r: base if r == 0 else f"{base} + {stride}" if r == 1 else f"{base} + {r} * {stride}"
    plus = lambda base, v: base if v == 0 else f"{base} + {v * lanes}"
    a = "float[] a, int ao" if packed else "float[] a, int ao, int lda"
    out = [
        f"/** {doc} */",
        f"static void {name}(int k, {a}, float[] b, int bo,{'' if halves else ' int ldb,'}",
        "    float[] start, int so, int lds, float[] c, int co, int ldc) {",
    ]
    for r, v in cells:
        out.append(f"FloatVector c{r}{v} = FloatVector.fromArray(S, start, {plus(at('so', 'lds', r), v)});")
    if not packed:
        out += [f"int a{r} = {at('ao', 'lda', r)};" for r in range(1, rows)]
    if halves:
        out.append("int from = bo & PANEL_OFFSET;")
        out.append(f"int half = (k & DEPTH) * {lanes};")
        out.append("int toA = (ao & BLOCK_OFFSET) - from;")
        out.append(f"for (int i = from; i < from + half; i += {lanes}) {{")
        out += [f"FloatVector b{v} = FloatVector.fromArray(S, b, {('i', 'half + i')[v]});" for v in range(vectors)]
    else:
        out.append("for (int i = 0; i < k; i++) {")
        out += [f"FloatVector b{v} = FloatVector.fromArray(S, b, {plus('bo + i * ldb', v)});" for v in range(vectors)]
    for r in range(rows):
        if halves:
            index = "toA + i" + (f" + {r}" if r else "")
        elif packed:
            index = f"ao + i * {lanes}" + (f" + {r}" if r else "")
        else:
            index = f"{'ao' if r == 0 else f'a{r}'} + i"
        out.append(f"FloatVector x{r} = FloatVector.broadcast(S, a[{index}]);")
        out += [f"c{r}{v} = x{r}.fma(b{v}, c{r}{v});" for v in range(vectors)]
    out.append("}")
    out += [f"TYPE.cast(c{r}{v}).intoArray(c, {plus(at('co', 'ldc', r), v)});" for r, v in cells]
    out.append("}")
    return "\n".join(out)


def tiles(bits, height, packed_heights):
    lanes = bits // 32
    packed_height = packed_heights[0]
    parts = [
        tile(NAMES[h], f"{h} x {2 * lanes}, rows of A in place.", h, 2, lanes, False)
        for h in sorted({height, 4, 2}, reverse=True)
    ]
    if bits != 256:  # which pack A for any width
        parts.append(tile("narrow", f"{height} x {lanes}, rows of A in place.", height, 1, lanes, False))
    for h in packed_heights:
        name = "packed" if h == packed_height else "packed" + NAMES[h].capitalize()
        parts.append(tile(name, f"{h} x {2 * lanes}, A packed.", h, 2, lanes, True))
    parts.append(
        tile("packedNarrow", f"{packed_height} x {lanes}, A packed.", packed_height, 1, lanes, True)
    )
    return f"""package io.gradflow.common.array.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of {bits}-bit vectors, written by {{@code tiles.py}}. Each is C[rows, columns] =
 * start + A B, one chain of fma an element over ascending k; {{@code start}} is C itself, or zeros
 * with stride 0. The cast to a constant class keeps every store an intrinsic: a receiver whose
 * class the compiler does not know is a virtual call, which boxes the loop's vectors once other
 * widths have run in the JVM.
 */
final class Tiles{bits} {{
  /** Rows of C that a tile with A in place covers. */
  static final int HEIGHT = {height};

  /** Rows of C that the tallest tile with A packed covers. */
  static final int PACKED_HEIGHT = {packed_height};

{MASKS if bits == 256 else ""}  private static final VectorSpecies<Float> S = FloatVector.SPECIES_{bits};
  private static final Class<? extends FloatVector> TYPE = FloatVector.zero(S).getClass();

  private Tiles{bits}() {{}}

""" + "\n\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    here = pathlib.Path(__file__).parent
    for bits, height, packed_heights in [(512, 8, [8]), (256, 5, [6, 4, 2]), (128, 8, [4])]:
        (here / f"Tiles{bits}.java").write_text(tiles(bits, height, packed_heights))
