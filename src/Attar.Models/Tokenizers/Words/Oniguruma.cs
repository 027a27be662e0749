using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Attar.Models.Tokenizers.Words;

/// <summary>
/// Turns a pattern written for Oniguruma, in Ruby's syntax as tokenizer.json has it, into .NET's. What the two read alike is copied,
/// what they read differently is rewritten, and what is neither is refused rather than guessed.
/// </summary>
/// <remarks>https://github.com/kkos/oniguruma/blob/master/doc/RE</remarks>
static class Oniguruma
{
    const string Copied = "sSdDrntfvAzZ", // escapes with the same meaning in both
        WordInSet = @"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u24B6-\u24E9", // what \w is there; .NET adds joiners, and leaves out some of these
        Word = WordInSet + @"\u00B2\u00B3\u00B9\u00BC-\u00BE", // outside a set it has these too
        AtEdge = $"(?:(?<=[{Word}])(?![{Word}])|(?<![{Word}])(?=[{Word}]))", WithinEdges = $"(?:(?<=[{Word}])(?=[{Word}])|(?<![{Word}])(?![{Word}]))";

    /// <summary>Longest time for one match: patterns come from files, and some never end.</summary>
    static readonly TimeSpan longest = TimeSpan.FromSeconds(1);

    /// <returns>Whoever matches by it gets a <see cref="RegexMatchTimeoutException"/> where a match takes a second.</returns>
    /// <exception cref="InvalidDataException">The pattern has something that .NET has not, or is none.</exception>
    public static Regex Translate(string pattern)
    {
        var output = new StringBuilder();
        for (int i = 0; i < pattern.Length;)
        {
            char c = pattern[i];
            if (c == '\\') i = Escape(pattern, i, output, inSet: false);
            else if (c == '[') i = Set(pattern, i, output);
            else if (c is '+' or '*' or '?' or '}' && i + 1 < pattern.Length && pattern[i + 1] == '+') throw Refused(pattern, c == '}' ? "an interval followed by +" : "a possessive quantifier");
            else if (char.IsSurrogate(c)) throw Refused(pattern, "a character beyond U+FFFF");
            else
            {
                output.Append(c);
                i++;
            }
        }
        try
        {
            // ^ and $ are those of lines in Ruby's syntax
            return new Regex(output.ToString(), RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.Compiled, longest);
        }
        catch (ArgumentException fault)
        {
            throw Refused(pattern, fault.Message);
        }
    }

    static int Set(string pattern, int i, StringBuilder output)
    {
        output.Append(pattern[i++]);
        if (i < pattern.Length && pattern[i] == '^') output.Append(pattern[i++]);
        for (; i < pattern.Length && pattern[i] != ']';)
        {
            if (pattern[i] == '[') throw Refused(pattern, "a set within a set");
            if (pattern[i] == '&' && i + 1 < pattern.Length && pattern[i + 1] == '&') throw Refused(pattern, "an intersection of sets");
            if (char.IsSurrogate(pattern[i])) throw Refused(pattern, "a character beyond U+FFFF");
            if (pattern[i] == '\\') i = Escape(pattern, i, output, inSet: true);
            else output.Append(pattern[i++]);
        }
        if (i == pattern.Length) throw Refused(pattern, "a set that does not end");
        output.Append(']');
        return i + 1;
    }

    /// <returns>Where the escape ends.</returns>
    static int Escape(string pattern, int i, StringBuilder output, bool inSet)
    {
        if (i + 1 == pattern.Length) throw Refused(pattern, "a \\ at its end");
        char kind = pattern[i + 1];
        if (kind is 'p' or 'P') return Property(pattern, i, output);
        if (kind == 'w') output.Append(inSet ? WordInSet : $"[{Word}]");
        else if (kind == 'W' && !inSet) output.Append($"[^{Word}]");
        else if (kind is 'b' or 'B' && !inSet) output.Append(kind == 'b' ? AtEdge : WithinEdges);
        else if (kind == 'h') output.Append(inSet ? "0-9a-fA-F" : "[0-9a-fA-F]");
        else if (kind == 'x' && i + 2 < pattern.Length && pattern[i + 2] == '{') return CodePoint(pattern, i, output);
        else if (kind is 'x' or 'u' || Copied.Contains(kind) || !char.IsAsciiLetterOrDigit(kind)) output.Append('\\').Append(kind);
        else throw Refused(pattern, $"\\{kind}");
        return i + 2;
    }

    static int Property(string pattern, int i, StringBuilder output)
    {
        int end = pattern.IndexOf('}', i);
        if (i + 2 >= pattern.Length || pattern[i + 2] != '{' || end < 0) throw Refused(pattern, "\\p without {}");
        string name = pattern[(i + 3)..end];
        bool negated = name.StartsWith('^') != (pattern[i + 1] == 'P');
        output.Append(negated ? @"\P{" : @"\p{").Append(Category(pattern, name.TrimStart('^'))).Append('}');
        return end + 1;
    }

    // .NET knows the short names of the general categories; scripts it does not know
    static string Category(string pattern, string name) => name.ToLowerInvariant() switch
    {
        "letter" or "l" => "L",
        "mark" or "m" => "M",
        "number" or "n" => "N",
        "punctuation" or "p" => "P",
        "symbol" or "s" => "S",
        "separator" or "z" => "Z",
        "other" or "c" => "C",
        { Length: 2 } two => char.ToUpperInvariant(two[0]) + two[1..],
        _ => throw Refused(pattern, $"\\p{{{name}}}"),
    };

    static int CodePoint(string pattern, int i, StringBuilder output)
    {
        int end = pattern.IndexOf('}', i);
        if (end < 0 || !int.TryParse(pattern[(i + 3)..end], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int code) || code > 0xFFFF)
            throw Refused(pattern, "\\x{} beyond \\x{FFFF}");
        output.Append(CultureInfo.InvariantCulture, $"\\u{code:X4}");
        return end + 1;
    }

    static InvalidDataException Refused(string pattern, string what) =>
        new($"pattern {pattern}: {what} is not supported; use a tokenizer whose pattern has none");
}
