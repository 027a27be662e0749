namespace Attar.Models.Tokenizers;

/// <summary>Marks what the two sides of a pair have in common, as <see cref="OverlapMarks"/> says. Queries are short, so comparing all with all is the fastest way.</summary>
/// <param name="words">Whether a token, by its id, is (part of) a word.</param>
/// <param name="grams">Of the same tokens; null: exact marks.</param>
sealed class OverlapMarker(bool[] words, WordGrams? grams)
{
    /// <summary>Of a side: six levels, twice.</summary>
    internal const int Kinds = 12;

    /// <summary>Twentieths of a word's grams from which on a level begins.</summary>
    internal static readonly int[] Levels = [5, 8, 11, 14, 18];

    internal const int Parts = 20;

    public WordGrams? Grams => grams;

    /// <summary>The words of a side, where marks are graded: those of a product serve all queries.</summary>
    public SideWords? Read(ReadOnlySpan<int> side) => grams?.Read(side, words);

    /// <param name="querySide">Tokens of the query's side.</param>
    /// <param name="product">Words of the tokens behind it, as far as they are text; null: to be read.</param>
    public byte[] Mark(ReadOnlySpan<int> ids, int querySide, SideWords? product = null)
    {
        var marks = new byte[ids.Length];
        Span<byte> queryMarks = marks.AsSpan(0, querySide), productMarks = marks.AsSpan(querySide);
        MarkExact(ids[..querySide], ids[querySide..], queryMarks, productMarks);
        if (Read(ids[..querySide]) is { } query) MarkGraded(query, product ?? Read(ids[querySide..])!, queryMarks, productMarks);
        return marks;
    }

    /// <summary>1 and 2.</summary>
    void MarkExact(ReadOnlySpan<int> query, ReadOnlySpan<int> product, Span<byte> queryMarks, Span<byte> productMarks)
    {
        for (int p = 0; p < product.Length; p++)
        {
            if (!IsWord(product[p])) continue;
            for (int q = query.IndexOf(product[p]); q >= 0;)
            {
                productMarks[p] = 2;
                queryMarks[q] = 1;
                int next = query[(q + 1)..].IndexOf(product[p]);
                q = next < 0 ? -1 : q + 1 + next;
            }
        }
    }

    /// <summary>Adds the levels to exact marks.</summary>
    static void MarkGraded(SideWords query, SideWords product, Span<byte> queryMarks, Span<byte> productMarks)
    {
        Span<int> queryShared = Zeros(query.Words.Length, stackalloc int[Few]), productShared = Zeros(product.Words.Length, stackalloc int[Few]);
        for (int q = 0; q < queryShared.Length; q++)
            for (int p = 0; p < productShared.Length; p++)
            {
                int shared = query.Words[q].Shared(product.Words[p]);
                queryShared[q] = Math.Max(queryShared[q], shared);
                productShared[p] = Math.Max(productShared[p], shared);
            }
        Grade(queryMarks, query, queryShared, before: 0);
        Grade(productMarks, product, productShared, before: Kinds - 1);
    }

    static void Grade(Span<byte> marks, SideWords side, ReadOnlySpan<int> shared, int before)
    {
        for (int i = 0; i < side.WordOf.Length; i++)
        {
            int word = side.WordOf[i];
            if (word < 0) continue;
            int kind = marks[i] > 0 ? Kinds / 2 : 0;
            foreach (int from in Levels)
                if (Parts * shared[word] >= from * side.Counts[word]) kind++;
            marks[i] = (byte)(kind == 0 ? 0 : before + kind);
        }
    }

    const int Few = 64; // words of a side that fit the stack

    static Span<int> Zeros(int length, Span<int> stack) => length <= stack.Length ? stack[..length] : new int[length];

    bool IsWord(int id) => id < words.Length && words[id];
}
