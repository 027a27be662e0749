using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tokenizers;

/// <summary>
/// Pairs as models taught here read them. The query comes first; the product's fields follow by priority, each behind its marker where the
/// vocabulary has one, and what does not fit is lost from the end. A long query leaves a share of the room to the product: where it took
/// all, every product would get one score.
/// </summary>
public sealed class FieldPairText : PairText
{
    /// <summary>Where the tokenizer's file describes no pairs: the first that the vocabulary has separates and ends.</summary>
    static readonly string[] separators = [SpecialTokens.Separator, "</s>", "<|endoftext|>", "<|end_of_text|>", "<eos>"];

    /// <summary>More of them, where that one is the padding: transformers reads a decoder's last token that is none.</summary>
    static readonly string[] otherSeparators = ["<|im_end|>", "<|eot_id|>", "<end_of_turn>"];

    const int ProductShare = 3; // a third of the room

    readonly OverlapMarker marker;
    readonly int[] start, between, end; // special tokens before the query, before the product and behind it
    readonly string lead;
    readonly bool avoids; // the separator is another than it was in version 1

    /// <param name="budget">Most tokens of a pair, special ones included; at least 4.</param>
    /// <param name="marks">What the model wants to be told of the words that the sides share.</param>
    /// <param name="padding">The token that a decoder's pairs must not end with; -1: any.</param>
    /// <exception cref="InvalidDataException">The vocabulary has no token that can start or separate.</exception>
    public FieldPairText(ITokenizer tokenizer, int budget = 96, PairLayout layout = PairLayout.Encoder, OverlapMarks marks = OverlapMarks.Exact, int padding = -1) : base(tokenizer, budget, layout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(budget, 4);
        (start, between, end) = layout == PairLayout.Encoder && tokenizer.Structure.AroundPair() is { } described ? described : AroundPair(padding, out avoids);
        int room = budget - start.Length - between.Length - end.Length;
        if (room <= 0) throw new ArgumentOutOfRangeException(nameof(budget), budget, "no room beside the special tokens");
        LongestQuery = room - room / ProductShare;
        lead = Lead();
        bool[] words = Kinds.Words();
        marker = new OverlapMarker(words, marks == OverlapMarks.Graded ? new WordGrams(tokenizer, words, spaced: lead.Length > 0) : null);
    }

    (int[] Start, int[] Between, int[] End) AroundPair(int padding, out bool avoids)
    {
        int separator = FirstOf(separators, -1), other = separator == padding && Layout == PairLayout.Decoder ? Find([.. separators, .. otherSeparators], padding) : separator;
        avoids = other >= 0 && other != separator;
        int[] chosen = [avoids ? other : separator];
        return (Layout == PairLayout.Encoder ? [FirstOf([SpecialTokens.Start, "<s>"], -1)] : [], chosen, chosen);
    }

    /// <summary>A space where the tokenizer takes the space before a word into the word's token: a word at the beginning of a field is then the word it is elsewhere.</summary>
    string Lead()
    {
        for (char letter = 'a'; letter <= 'z'; letter++)
        {
            List<int> alone = [], behind = [];
            Tokenizer.Encode($"{letter}", alone);
            Tokenizer.Encode($"1 {letter}", behind);
            if (behind.Count < alone.Count || !behind[^alone.Count..].SequenceEqual(alone)) return " ";
        }
        return "";
    }

    /// <summary>The special tokens around a text that stands alone.</summary>
    internal (int[] Start, int[] End) AroundText => Tokenizer.Structure.AroundText() is { } described ? described : (start, end);

    /// <summary>Appends a text's first tokens.</summary>
    /// <returns>Whether it has more than <paramref name="most"/>.</returns>
    bool AddText(string text, List<int> ids, int most) => text.Length > 0 && TextStart.Encode(Tokenizer, lead, text, most, ids);

    /// <summary>Tokens of a query that are read; the product has what these and the special ones leave.</summary>
    public int LongestQuery { get; }

    public override string Template => $"pair{(avoids ? 2 : 1)}-{(Layout == PairLayout.Encoder ? "encoder" : "decoder")}-{Budget}";

    /// <summary>The query's tokens, without special ones; one of more than <see cref="LongestQuery"/> loses its tail.</summary>
    public override QueryTokens Query(string query)
    {
        var ids = new List<int>();
        bool cut = AddText(query, ids, LongestQuery);
        return new([.. ids]) { Cut = cut };
    }

    /// <summary>The product's side, good for any query. Empty fields leave no marker.</summary>
    public override ProductTokens Prepare(IReadOnlyList<TextField> fields, bool keepWords = false)
    {
        var ids = new List<int>();
        bool cut = false;
        foreach (var (marker, text) in fields)
        {
            if (ids.Count >= Budget)
            {
                cut |= text.Length > 0;
                continue;
            }
            int before = ids.Count, markerId = marker.Length == 0 ? -1 : Tokenizer.IdOf(marker);
            if (markerId >= 0) ids.Add(markerId);
            int content = ids.Count;
            cut |= AddText(text, ids, Budget - content);
            if (ids.Count == content) ids.RemoveRange(before, content - before);
        }
        int[] kept = [.. ids];
        return new ProductTokens(kept) { Words = keepWords ? marker.Read(kept) : null, Cut = cut };
    }

    internal override WordGrams? Grams => marker.Grams;

    public override TokenPair Encode(QueryTokens query, ProductTokens product)
    {
        int querySide = start.Length + query.Ids.Length + between.Length;
        int kept = Math.Min(product.Ids.Length, Budget - querySide - end.Length);
        while (kept > 0 && Kinds.IsSpecial(product.Ids[kept - 1])) kept--; // a marker whose field was cut away
        bool cut = product.Cut || kept < product.Ids.Length;
        int[] ids = [.. start, .. query.Ids, .. between, .. product.Ids.AsSpan(0, kept), .. end];
        return Marked(ids, querySide, kept == product.Ids.Length ? product.Words : null) with { QueryCut = query.Cut, ProductCut = cut };
    }

    public override TokenPair Marked(int[] ids, int querySide) => Marked(ids, querySide, null);

    TokenPair Marked(int[] ids, int querySide, SideWords? product) => new(ids, Segments(ids.Length, querySide), marker.Mark(ids, querySide, product));

    int FirstOf(string[] candidates, int padding) => Find(candidates, padding) is >= 0 and var id ? id
        : throw new InvalidDataException($"vocabulary: none of {string.Join(", ", candidates)}; a pair cannot be written without");

    int Find(string[] candidates, int padding) => candidates.Select(Tokenizer.IdOf).FirstOrDefault(id => id >= 0 && id != padding, -1);
}
