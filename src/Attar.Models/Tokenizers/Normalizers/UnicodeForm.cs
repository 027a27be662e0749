using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using Attar.Models.Tokenizers.Steps;
using Attar.Models.Tokenizers.Unicode;

namespace Attar.Models.Tokenizers.Normalizers;

/// <summary>Unicode normalization (annex 15): NFD and NFKD take characters apart, NFC and NFKC put them together again.</summary>
sealed class UnicodeForm : Rewriter
{
    /// <param name="Change">0: stands for one character of the text; n > 0: comes from the one before; n &lt; 0: stands for 1 - n characters.</param>
    record struct Part(int Code, byte Class, int Change);

    public static readonly UnicodeForm Nfc = new(compatible: false, compose: true), Nfd = new(compatible: false, compose: false),
        Nfkc = new(compatible: true, compose: true), Nfkd = new(compatible: true, compose: false);

    readonly bool compatible, compose;
    readonly Lazy<BitArray> changing; // by code point: what text must contain to be changed
    readonly char firstChanging;

    UnicodeForm(bool compatible, bool compose)
    {
        (this.compatible, this.compose) = (compatible, compose);
        firstChanging = compatible ? '\u00A0' : compose ? '\u0300' : '\u00C0';
        changing = new(() =>
        {
            var set = new BitArray(0x110000);
            for (int code = firstChanging; code < set.Length; code++) set[code] = IsChanging(code);
            return set;
        });
    }

    bool IsChanging(int code)
    {
        if (UnicodeData.ClassOf(code) != 0 || (compose && UnicodeData.ComposesBackwards(code))) return true;
        if (!UnicodeData.Decomposes(code, compatible)) return false;
        if (!compose) return true;
        var parts = new List<int>();
        UnicodeData.Decompose(code, compatible, parts);
        return parts.Aggregate((a, b) => a < 0 ? a : UnicodeData.Compose(a, b)) != code;
    }

    protected override bool Leaves(ReadOnlySpan<char> piece)
    {
        int first = piece.IndexOfAnyExceptInRange('\0', (char)(firstChanging - 1));
        if (first < 0) return true;
        BitArray set = changing.Value;
        foreach (Rune rune in piece[first..].EnumerateRunes())
            if (set[rune.Value]) return false;
        return true;
    }

    protected override void Rewrite(ReadOnlySpan<char> piece, TextPieces output)
    {
        List<Part> parts = Decompose(piece);
        if (compose) Compose(parts);
        foreach (var (code, _, change) in parts)
        {
            if (change > 0) output.Insert(new Rune(code));
            else output.Replace(new Rune(code));
            for (int removed = change; removed < 0; removed++) output.Skip();
        }
    }

    /// <summary>A whole text in this form; the same object where nothing changes.</summary>
    public string Of(string text)
    {
        if (Leaves(text)) return text;
        List<Part> parts = Decompose(text);
        if (compose) Compose(parts);
        var output = new StringBuilder(text.Length);
        foreach (Part part in parts) output.Append(new Rune(part.Code).ToString());
        return output.ToString();
    }

    List<Part> Decompose(ReadOnlySpan<char> piece)
    {
        var parts = new List<Part>(piece.Length);
        var codes = new List<int>();
        int starter = 0;
        foreach (Rune rune in piece.EnumerateRunes())
        {
            codes.Clear();
            UnicodeData.Decompose(rune.Value, compatible, codes);
            for (int i = 0; i < codes.Count; i++)
            {
                byte rank = UnicodeData.ClassOf(codes[i]);
                if (rank == 0)
                {
                    Order(parts, starter);
                    starter = parts.Count + 1;
                }
                parts.Add(new Part(codes[i], rank, i == 0 ? 0 : 1));
            }
        }
        Order(parts, starter);
        return parts;
    }

    // stable: marks of the same class keep their order
    static void Order(List<Part> parts, int from)
    {
        for (int i = from + 1; i < parts.Count; i++)
            if (parts[i].Class < parts[i - 1].Class)
            {
                Part[] ordered = [.. CollectionsMarshal.AsSpan(parts)[from..].ToArray().OrderBy(part => part.Class)];
                ordered.CopyTo(CollectionsMarshal.AsSpan(parts)[from..]);
                return;
            }
    }

    static void Compose(List<Part> parts)
    {
        int kept = 0, starter = -1;
        byte blocked = 0; // class of the last part kept behind the starter
        for (int i = 0; i < parts.Count; i++)
        {
            Part part = parts[i];
            int composed = starter >= 0 && (kept == starter + 1 || blocked < part.Class) ? UnicodeData.Compose(parts[starter].Code, part.Code) : -1;
            if (composed >= 0)
            {
                parts[starter] = new Part(composed, 0, parts[starter].Change + part.Change - 1);
                continue;
            }
            if (part.Class == 0) starter = kept;
            blocked = part.Class;
            parts[kept++] = part;
        }
        parts.RemoveRange(kept, parts.Count - kept);
    }
}
