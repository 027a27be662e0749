using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tokenizers;

/// <summary>Where the special tokens of a pair stand.</summary>
public enum PairLayout
{
    /// <summary><c>[CLS] query [SEP] title [brand] brand ... [SEP]</c>, or with the special tokens that the tokenizer's file describes; the head reads the first token.</summary>
    Encoder,

    /// <summary><c>query [SEP] title [brand] brand ... [SEP]</c>; the head reads the last token, which has seen all others.</summary>
    Decoder,
}

/// <summary>
/// Writes a query and a product's fields as one token sequence within a budget. The query comes first; the product's fields follow
/// by priority, and what does not fit is lost from the end. A long query leaves a share of the room to the product: where it took
/// all, every product would get one score.
/// </summary>
public sealed class PairText
{
    enum Kind : byte { Word, Other, Special }

    const int ProductShare = 3; // a third of the room

    readonly ITokenizer tokenizer;
    readonly Kind[] kinds; // by token id
    readonly OverlapMarker marker;
    readonly int[] start, between, end; // special tokens before the query, before the product and behind it
    readonly string lead;

    /// <param name="budget">Most tokens of a pair, special ones included; at least 4.</param>
    /// <param name="marks">What the model wants to be told of the words that the sides share.</param>
    /// <exception cref="InvalidDataException">The vocabulary has no token that can start or separate.</exception>
    public PairText(ITokenizer tokenizer, int budget = 96, PairLayout layout = PairLayout.Encoder, OverlapMarks marks = OverlapMarks.Exact)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(budget, 4);
        this.tokenizer = tokenizer;
        Budget = budget;
        Layout = layout;
        (start, between, end) = layout == PairLayout.Encoder && tokenizer.Structure.AroundPair() is { } described ? described : AroundPair();
        int room = budget - start.Length - between.Length - end.Length;
        if (room <= 0) throw new ArgumentOutOfRangeException(nameof(budget), budget, "no room beside the special tokens");
        LongestQuery = room - room / ProductShare;
        lead = Lead();
        kinds = new Kind[tokenizer.VocabularySize];
        for (int id = 0; id < kinds.Length; id++) kinds[id] = KindOf(id);
        bool[] words = [.. kinds.Select(kind => kind == Kind.Word)];
        marker = new OverlapMarker(words, marks == OverlapMarks.Graded ? new WordGrams(tokenizer, words, spaced: lead.Length > 0) : null);
    }

    (int[] Start, int[] Between, int[] End) AroundPair()
    {
        int separator = FirstOf(SpecialTokens.Separator, "</s>", "<|endoftext|>", "<|end_of_text|>", "<eos>");
        return (Layout == PairLayout.Encoder ? [FirstOf(SpecialTokens.Start, "<s>")] : [], [separator], [separator]);
    }

    /// <summary>A space where the tokenizer takes the space before a word into the word's token: a word at the beginning of a field is then the word it is elsewhere.</summary>
    string Lead()
    {
        for (char letter = 'a'; letter <= 'z'; letter++)
        {
            List<int> alone = [], behind = [];
            tokenizer.Encode($"{letter}", alone);
            tokenizer.Encode($"1 {letter}", behind);
            if (behind.Count < alone.Count || !behind[^alone.Count..].SequenceEqual(alone)) return " ";
        }
        return "";
    }

    /// <summary>The special tokens around a text that stands alone.</summary>
    internal (int[] Start, int[] End) AroundText => tokenizer.Structure.AroundText() is { } described ? described : (start, end);

    /// <summary>Appends a text's first tokens.</summary>
    /// <returns>Whether it has more than <paramref name="most"/>.</returns>
    bool AddText(string text, List<int> ids, int most) => text.Length > 0 && TextStart.Encode(tokenizer, lead, text, most, ids);

    public int Budget { get; }

    /// <summary>Tokens of a query that are read; the product has what these and the special ones leave.</summary>
    public int LongestQuery { get; }

    public PairLayout Layout { get; }

    /// <summary>Names layout and budget; a label store records it, because scores of differently written pairs do not compare.</summary>
    public string Template => $"pair1-{(Layout == PairLayout.Encoder ? "encoder" : "decoder")}-{Budget}";

    /// <summary>The query's tokens, without special ones; one of more than <see cref="LongestQuery"/> loses its tail.</summary>
    public int[] Query(string query) => Query(query, out _);

    /// <inheritdoc cref="Query(string)"/>
    /// <param name="cut">Whether it lost its tail.</param>
    public int[] Query(string query, out bool cut)
    {
        var ids = new List<int>();
        cut = AddText(query, ids, LongestQuery);
        return [.. ids];
    }

    /// <summary>The product's side, good for any query. Empty fields leave no marker.</summary>
    /// <param name="keepWords">Keeps beside the tokens what graded marks need of their words: a microsecond a pair less, for some 700 bytes.</param>
    public ProductTokens Prepare(IReadOnlyList<TextField> fields, bool keepWords = false)
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
            int before = ids.Count, markerId = marker.Length == 0 ? -1 : tokenizer.IdOf(marker);
            if (markerId >= 0) ids.Add(markerId);
            int content = ids.Count;
            cut |= AddText(text, ids, Budget - content);
            if (ids.Count == content) ids.RemoveRange(before, content - before);
        }
        int[] kept = [.. ids];
        return new ProductTokens(kept) { Words = keepWords ? marker.Read(kept) : null, Cut = cut };
    }

    /// <summary>Whether a token is text that can stand on both sides of a pair: neither special nor punctuation.</summary>
    public bool IsWord(int id) => id < kinds.Length && kinds[id] == Kind.Word;

    /// <summary>Of the words, where marks are graded.</summary>
    internal WordGrams? Grams => marker.Grams;

    public TokenPair Encode(string query, IReadOnlyList<TextField> fields) => Encode(Query(query), Prepare(fields));

    /// <param name="query">From <see cref="Query(string)"/>.</param>
    /// <param name="product">From <see cref="Prepare"/>.</param>
    public TokenPair Encode(int[] query, ProductTokens product)
    {
        int querySide = start.Length + query.Length + between.Length;
        int kept = Math.Min(product.Ids.Length, Budget - querySide - end.Length);
        bool cut = product.Cut || kept < product.Ids.Length;
        while (kept > 0 && kinds[product.Ids[kept - 1]] == Kind.Special) kept--; // a marker whose field was cut away
        int[] ids = [.. start, .. query, .. between, .. product.Ids.AsSpan(0, kept), .. end];
        return Marked(ids, querySide, kept == product.Ids.Length ? product.Words : null, cut);
    }

    /// <summary>A pair written elsewhere by these rules, its overlap marked again.</summary>
    /// <param name="querySide">Tokens up to the first separator, that one included.</param>
    public TokenPair Marked(int[] ids, int querySide) => Marked(ids, querySide, null, cut: false);

    TokenPair Marked(int[] ids, int querySide, SideWords? product, bool cut)
    {
        var segments = new byte[ids.Length];
        segments.AsSpan(querySide).Fill(1);
        return new TokenPair(ids, segments, marker.Mark(ids, querySide, product)) { ProductCut = cut };
    }

    Kind KindOf(int id) =>
        tokenizer.TokenOf(id) is SpecialTokens.Unknown or "<unk>" ? Kind.Other // stands for text, but two unknown words need not be the same word
        : tokenizer.IsSpecial(id) ? Kind.Special
        : tokenizer.TextOf(id).Any(char.IsLetterOrDigit) ? Kind.Word : Kind.Other;

    int FirstOf(params ReadOnlySpan<string> candidates)
    {
        foreach (string candidate in candidates)
            if (tokenizer.IdOf(candidate) is >= 0 and var id) return id;
        throw new InvalidDataException($"vocabulary: none of {string.Join(", ", candidates!)}; a pair cannot be written without");
    }
}
