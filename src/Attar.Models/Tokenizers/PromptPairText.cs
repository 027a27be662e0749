using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Attar.Models.Tokenizers;

/// <summary>
/// Pairs as one text, such as <c>Query: QUERY\nProduct: PRODUCT</c> or what a chat template makes of them: written in whole, then tokenised, for tokens may
/// join words of both. What the text always ends with stays where a pair is cut, for a decoder answers after it.
/// </summary>
public sealed class PromptPairText : PairText
{
    const int CharactersOfToken = 64; // far more than tokens of text have: what is beyond so many for each token of the budget is never read

    const char Breaker = '\uFDD0'; // no character, by Unicode's definition: no text has it

    readonly PairForm.OneText form;
    readonly int[] start, end, tail;
    readonly Regex? special;

    /// <param name="budget">Most tokens of a pair, special ones included.</param>
    public PromptPairText(ITokenizer tokenizer, int budget, PairLayout layout, PairForm.OneText form) : base(tokenizer, budget, layout)
    {
        this.form = form;
        (start, end) = form.Structure && tokenizer.Structure.AroundText() is { } around ? around : ([], []);
        string[] spelled = [.. tokenizer.SpecialSpellings.Where(token => token.Length > 0).OrderByDescending(token => token.Length)];
        special = spelled.Length > 0 ? new Regex(string.Join('|', spelled.Select(Regex.Escape)), RegexOptions.CultureInvariant) : null;
        tail = Tail();
        if (budget <= start.Length + tail.Length + end.Length) throw new InvalidDataException($"pair template: expected room for a query and a product within {budget} tokens, what stands behind them takes {tail.Length}; shorten it");
    }

    /// <summary>The last tokens of any pair, whatever the texts (as sentence-transformers finds them).</summary>
    int[] Tail()
    {
        List<int> one = Tokens(form.Write("0", "0")), other = Tokens(form.Write("1 2 3 4", "1 2 3 4"));
        int same = 0;
        while (same < Math.Min(one.Count, other.Count) && one[^(same + 1)] == other[^(same + 1)]) same++;
        return same == Math.Min(one.Count, other.Count) ? [] : [.. one[^same..]];
    }

    public override string Template => $"prompt-{Budget}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(form.Template)).AsSpan(0, 4))}";

    public override QueryTokens Query(string query) => new([]) { Text = Harmless(Read(query)), Cut = Read(query).Length < query.Length };

    public override ProductTokens Prepare(IReadOnlyList<TextField> fields, bool keepWords = false)
    {
        string text = Joined(fields), read = Read(text);
        return new([]) { Text = Harmless(read), Cut = read.Length < text.Length };
    }

    string Read(string text) => text.Length <= (long)CharactersOfToken * Budget ? text : form.CutsStart ? text[^(CharactersOfToken * Budget)..] : text[..(CharactersOfToken * Budget)];

    public override TokenPair Encode(QueryTokens query, ProductTokens product)
    {
        List<int> ids = Tokens(form.Write(query.Text, product.Text));
        int room = Budget - start.Length - end.Length;
        bool cut = ids.Count > room;
        if (ids.Count > room)
        {
            if (form.CutsStart) ids.RemoveRange(0, ids.Count - room);
            else ids = [.. ids[..(room - tail.Length)], .. tail];
        }
        int[] all = [.. start, .. ids, .. end];
        return new TokenPair(all, new byte[all.Length], new byte[all.Length]) { QueryCut = query.Cut, ProductCut = cut || product.Cut };
    }

    /// <summary>Breaks what spells a special token: a product must not forge structure.</summary>
    string Harmless(string text) => special == null || !special.IsMatch(text) ? text : special.Replace(text, found => $"{found.ValueSpan[0]}{Breaker}{found.ValueSpan[1..]}");

    /// <summary>Special tokens of the template are read as such; those that a text spells, as text.</summary>
    List<int> Tokens(string text)
    {
        var ids = new List<int>();
        if (special == null || !text.Contains(Breaker)) Tokenizer.EncodeStructured(text, ids);
        else
        {
            int from = 0;
            foreach (Match found in special.Matches(text))
            {
                AddText(text[from..found.Index]);
                ids.Add(Tokenizer.IdOf(found.Value));
                from = found.Index + found.Length;
            }
            AddText(text[from..]);
        }
        return ids;

        void AddText(string part) => Tokenizer.Encode(part.Replace($"{Breaker}", ""), ids);
    }
}
