"""Writes Decompositions.txt from Python's unicodedata (tables of Unicode 14.0; normalisation is stable, so older data is a subset)."""
import unicodedata as u

# Assigned after Unicode 9.0, whose tables Hugging Face's library has: left alone, so that ids are the same.
LATER = {0x32FF, *range(0xA7F2, 0xA7F5), 0xAB69, *range(0x10781, 0x107BB), 0x11938, 0x1F16C, *range(0x1FBF0, 0x1FBFA)}
LATER_MARKS = """
    07FD 0898-089F 08CA-08D3 09FE 0C3C 0D3B-0D3C 0EBA 1715 1ABF-1ACE 1DF6-1DFA A82C 10D24-10D27 10EAB-10EAC
    10F46-10F50 10F82-10F85 11070 1133B 1145E 11839-1183A 1193D-1193E 11943 119E0 11A34 11A47 11A99 11D42
    11D44-11D45 11D97 16FF0-16FF1 1E130-1E136 1E2AE 1E2EC-1E2EF
"""
for word in LATER_MARKS.split():
    first, _, last = word.partition("-")
    LATER.update(range(int(first, 16), int(last or first, 16) + 1))


def ranges(pairs):
    out = []
    for c, value in pairs:
        if out and out[-1][1] == c - 1 and out[-1][2] == value:
            out[-1][1] = c
        else:
            out.append([c, c, value])
    return out


with open("Decompositions.txt", "w", newline="\n") as f:
    f.write("# Unicode 9.0 decomposition mappings and combining classes; Hangul syllables are computed. Written by decompositions.py.\n")
    f.write("# c=d: canonical, and d composes to c; c!d: canonical, never composed; c~d: compatibility; first-last:class\n")
    for c in range(0x110000):
        mapping = u.decomposition(chr(c))
        if not mapping or c in LATER:
            continue
        if mapping[0] == "<":
            kind, mapping = "~", mapping.split("> ")[1]
        else:
            kind = "=" if u.normalize("NFC", chr(c)) == chr(c) else "!"
        f.write(f"{c:04X}{kind}{mapping}\n")
    for first, last, value in ranges([(c, u.combining(chr(c))) for c in range(0x110000) if u.combining(chr(c)) and c not in LATER]):
        f.write(f"{first:04X}-{last:04X}:{value}\n")
