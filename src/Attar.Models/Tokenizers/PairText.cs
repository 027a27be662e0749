namespace Attar.Models.Tokenizers;

/// <summary>Where the special tokens of a pair stand.</summary>
public enum PairLayout
{
    /// <summary><c>[CLS] query [SEP] title [brand] brand ... [SEP]</c>, or with the special tokens that the tokenizer's file describes; the head reads the first token.</summary>
    Encoder,

    /// <summary><c>query [SEP] title [brand] brand ... [SEP]</c>; the head reads the last token, which has seen all others.</summary>
    Decoder,
}

/// <summary>Writes a query and a product's fields as one token sequence within a budget. For several threads at once.</summary>
/// <param name="budget">Most tokens of a pair, special ones included.</param>
public abstract class PairText(ITokenizer tokenizer, int budget, PairLayout layout)
{
    readonly Lazy<TokenKinds> kinds = new(() => new TokenKinds(tokenizer));

    public int Budget => budget;

    public PairLayout Layout => layout;

    protected ITokenizer Tokenizer => tokenizer;

    internal TokenKinds Kinds => kinds.Value;

    /// <summary>Names the way and the budget; a label store records it, because scores of differently written pairs do not compare.</summary>
    public abstract string Template { get; }

    /// <summary>A query, good for any product.</summary>
    public abstract QueryTokens Query(string query);

    /// <summary>The product's side, good for any query.</summary>
    /// <param name="keepWords">Keeps beside the tokens what graded marks need of their words: a microsecond a pair less, for some 700 bytes.</param>
    public abstract ProductTokens Prepare(IReadOnlyList<TextField> fields, bool keepWords = false);

    /// <param name="query">From <see cref="Query"/>.</param>
    /// <param name="product">From <see cref="Prepare"/>.</param>
    public abstract TokenPair Encode(QueryTokens query, ProductTokens product);

    public TokenPair Encode(string query, IReadOnlyList<TextField> fields) => Encode(Query(query), Prepare(fields));

    /// <summary>A pair written elsewhere by these rules, its overlap marked again.</summary>
    /// <param name="querySide">Tokens up to the first separator, that one included.</param>
    public virtual TokenPair Marked(int[] ids, int querySide) => new(ids, Segments(ids.Length, querySide), new byte[ids.Length]);

    /// <summary>Whether a token is text that can stand on both sides of a pair: neither special nor punctuation.</summary>
    public bool IsWord(int id) => Kinds.IsWord(id);

    /// <summary>Of the words, where marks are graded.</summary>
    internal virtual WordGrams? Grams => null;

    private protected static byte[] Segments(int length, int querySide)
    {
        var segments = new byte[length];
        segments.AsSpan(querySide).Fill(1);
        return segments;
    }

    /// <summary>A product as one text, for models that know no fields.</summary>
    private protected static string Joined(IReadOnlyList<TextField> fields) =>
        fields is [var only] ? only.Text : string.Join(' ', fields.Select(field => field.Text).Where(text => text.Length > 0));
}
