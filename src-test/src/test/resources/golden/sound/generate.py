"""Writes resampled.json: a sound at other rates, by SciPy.

Run with SciPy 1.17.1:  python3 generate.py
The filter is SciPy's own firwin: a low pass under a Kaiser window, of which resample_poly makes the
polyphase form. "from" and "to" are samples a second, "expected" all samples of the result.
"""

import json
import os

from scipy.signal import firwin, resample_poly

HERE = os.path.dirname(os.path.abspath(__file__))
RATES = [(3, 2), (44100, 16000), (11025, 16000), (48000, 16000), (8000, 16000), (16000, 7999)]
ZERO_CROSSINGS = 32
BETA = 9.0

# Whole numbers, so that the test has the same ones by its own means.
sound = [((i * i * 7919) % 2001 - 1000) / 1000 for i in range(150)]


def gcd(a, b):
    return a if b == 0 else gcd(b, a % b)


cases = []
for source, target in RATES:
    divisor = gcd(source, target)
    up, down = target // divisor, source // divisor
    slower = max(up, down)
    taps = firwin(2 * ZERO_CROSSINGS * slower + 1, 1 / slower, window=("kaiser", BETA))
    resampled = resample_poly(sound, up, down, window=taps)
    cases.append({"from": source, "to": target, "expected": [round(x, 12) for x in resampled]})

with open(os.path.join(HERE, "resampled.json"), "w") as out:
    json.dump({"cases": cases}, out)
    out.write("\n")
