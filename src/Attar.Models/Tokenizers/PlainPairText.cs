using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tokenizers;

/// <summary>
/// Pairs as a model from elsewhere reads them in its own library: both texts as they stand within the tokenizer's own structure, and of what
/// is too long the longer side is cut (transformers' <c>longest_first</c>). A product is its fields, joined by spaces.
/// </summary>
public sealed class PlainPairText : PairText
{
    readonly PairForm.TwoTexts form;
    readonly int[] start, between, end;
    readonly byte[] segments; // of start, query, between, product and end

    /// <param name="budget">Most tokens of a pair, special ones included.</param>
    /// <exception cref="InvalidDataException">The tokenizer's structure has more special tokens than fit.</exception>
    public PlainPairText(ITokenizer tokenizer, int budget, PairLayout layout, PairForm.TwoTexts form) : base(tokenizer, budget, layout)
    {
        this.form = form;
        PairStructure structure = tokenizer.Structure;
        int first = Position(structure, 0), second = Position(structure, 1);
        (start, between, end) = (Ids(structure, 0, first), Ids(structure, first + 1, second), Ids(structure, second + 1, structure.Pair.Count));
        if (Room < 2) throw new InvalidDataException($"tokenizer: expected room for two texts within {budget} tokens, its structure takes {budget - Room}; give the model more");
        segments = [Segment(structure, 0), Segment(structure, first), Segment(structure, first + 1), Segment(structure, second), Segment(structure, second + 1)];
    }

    int Room => Budget - start.Length - between.Length - end.Length;

    public override string Template => $"plain-{Budget}";

    public override QueryTokens Query(string query)
    {
        int[] ids = Tokens(form.QueryPrompt + query, out bool cut);
        return new(ids) { Cut = cut };
    }

    public override ProductTokens Prepare(IReadOnlyList<TextField> fields, bool keepWords = false)
    {
        int[] ids = Tokens(Joined(fields), out bool cut);
        return new(ids) { Cut = cut };
    }

    /// <summary>A side that is longer than a whole pair is cut in any case, so nothing beyond is kept.</summary>
    int[] Tokens(string text, out bool cut)
    {
        var ids = new List<int>();
        if (form.CutsStart) Tokenizer.Encode(text, ids);
        cut = form.CutsStart ? ids.Count > Budget : TextStart.Encode(Tokenizer, "", text, Budget, ids);
        return Cut(ids, Budget);
    }

    public override TokenPair Encode(QueryTokens query, ProductTokens product)
    {
        (int ofQuery, int ofProduct) = LongestFirst(query.Ids.Length, product.Ids.Length, Room);
        int[][] parts = [start, Cut(query.Ids, ofQuery), between, Cut(product.Ids, ofProduct), end];
        return new TokenPair([.. parts.SelectMany(part => part)], [.. parts.SelectMany((part, place) => Enumerable.Repeat(form.OneSegment ? (byte)0 : segments[place], part.Length))], new byte[parts.Sum(part => part.Length)])
        { QueryCut = query.Cut || ofQuery < query.Ids.Length, ProductCut = product.Cut || ofProduct < product.Ids.Length };
    }

    int[] Cut(IReadOnlyList<int> ids, int most) => ids.Count <= most ? [.. ids] : form.CutsStart ? [.. ids.Skip(ids.Count - most)] : [.. ids.Take(most)];

    /// <summary>What is left of two sides: the longer one gives way, and where both are too long each gets half, the second the odd token.</summary>
    internal static (int First, int Second) LongestFirst(int first, int second, int room)
    {
        if (first + second <= room) return (first, second);
        int shorter = Math.Min(first, second), half = room / 2;
        (int ofShorter, int ofLonger) = shorter <= half ? (shorter, room - shorter) : (half, room - half);
        return first <= second ? (ofShorter, ofLonger) : (ofLonger, ofShorter);
    }

    static int Position(PairStructure structure, int text) => structure.Pair.TakeWhile(part => part.Text != text).Count();

    static int[] Ids(PairStructure structure, int from, int to) => [.. structure.Pair.Take(to).Skip(from).SelectMany(part => part.Ids)];

    static byte Segment(PairStructure structure, int part) => part < structure.Pair.Count ? structure.Pair[part].Segment : (byte)0;
}
