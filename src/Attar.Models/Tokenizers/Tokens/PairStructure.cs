namespace Attar.Models.Tokenizers.Tokens;

/// <summary>Part of a structure: a text, or special tokens.</summary>
/// <param name="Text">0 for the first text, 1 for the second, -1 for special tokens.</param>
/// <param name="Ids">The special tokens.</param>
/// <param name="Segment">Type id of these tokens.</param>
public sealed record StructurePart(int Text, int[] Ids, byte Segment);

/// <summary>What a tokenizer's file puts around one text and around two, such as <c>[CLS] A [SEP] B [SEP]</c>.</summary>
public sealed record PairStructure(IReadOnlyList<StructurePart> Single, IReadOnlyList<StructurePart> Pair)
{
    /// <summary>Texts one after the other, nothing between them.</summary>
    public static readonly PairStructure None = new([new(0, [], 0)], [new(0, [], 0), new(1, [], 1)]);

    /// <summary>All special tokens, of one text and of two.</summary>
    public IEnumerable<int> Ids => Single.Concat(Pair).SelectMany(part => part.Ids);

    /// <summary>The special tokens before, between and behind two texts; null where there are none between, for such texts could not be told apart.</summary>
    public (int[] Start, int[] Between, int[] End)? AroundPair()
    {
        int first = Position(0), second = Position(1);
        return first < 0 || second < first || Between(first + 1, second).Length == 0 ? null : (Between(0, first), Between(first + 1, second), Between(second + 1, Pair.Count));
    }

    /// <summary>Those before and behind one text; null where there are none.</summary>
    public (int[] Start, int[] End)? AroundText()
    {
        int text = Single.TakeWhile(part => part.Text != 0).Count();
        return Single.Count < 2 ? null : ([.. Single.Take(text).SelectMany(part => part.Ids)], [.. Single.Skip(text + 1).SelectMany(part => part.Ids)]);
    }

    int Position(int text) => Pair.TakeWhile(part => part.Text != text).Count() is var position && position < Pair.Count ? position : -1;

    int[] Between(int from, int to) => [.. Pair.Take(to).Skip(from).SelectMany(part => part.Ids)];
}
