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

    const int Longest = 256; // of a side that is marked on the stack

    public WordGrams? Grams => grams;

    /// <param name="querySide">Tokens of the query's side.</param>
    public byte[] Mark(ReadOnlySpan<int> ids, int querySide)
    {
        var marks = new byte[ids.Length];
        MarkExact(ids[..querySide], ids[querySide..], marks.AsSpan(0, querySide), marks.AsSpan(querySide));
        if (grams != null) MarkGraded(ids[..querySide], ids[querySide..], marks.AsSpan(0, querySide), marks.AsSpan(querySide));
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
    void MarkGraded(ReadOnlySpan<int> query, ReadOnlySpan<int> product, Span<byte> queryMarks, Span<byte> productMarks)
    {
        Span<WordGrams.Set> queryWords = Room<WordGrams.Set>(query.Length, stackalloc WordGrams.Set[Longest]), productWords = Room<WordGrams.Set>(product.Length, stackalloc WordGrams.Set[Longest]);
        Span<int> queryWordOf = Room<int>(query.Length, stackalloc int[Longest]), productWordOf = Room<int>(product.Length, stackalloc int[Longest]);
        queryWords = queryWords[..grams!.Read(query, words, queryWords, queryWordOf)];
        productWords = productWords[..grams.Read(product, words, productWords, productWordOf)];
        Span<int> queryShared = Room<int>(queryWords.Length, stackalloc int[Longest]), productShared = Room<int>(productWords.Length, stackalloc int[Longest]);
        queryShared.Clear();
        productShared.Clear();
        for (int q = 0; q < queryWords.Length; q++)
            for (int p = 0; p < productWords.Length; p++)
            {
                int shared = queryWords[q].Shared(productWords[p]);
                queryShared[q] = Math.Max(queryShared[q], shared);
                productShared[p] = Math.Max(productShared[p], shared);
            }
        Grade(queryMarks, queryWordOf, queryWords, queryShared, before: 0);
        Grade(productMarks, productWordOf, productWords, productShared, before: Kinds - 1);
    }

    static void Grade(Span<byte> marks, ReadOnlySpan<int> wordOf, ReadOnlySpan<WordGrams.Set> words, ReadOnlySpan<int> shared, int before)
    {
        for (int i = 0; i < marks.Length; i++)
        {
            if (wordOf[i] < 0) continue;
            int count = words[wordOf[i]].Count, kind = marks[i] > 0 ? Kinds / 2 : 0;
            foreach (int from in Levels)
                if (Parts * shared[wordOf[i]] >= from * count) kind++;
            marks[i] = (byte)(kind == 0 ? 0 : before + kind);
        }
    }

    static Span<T> Room<T>(int length, Span<T> stack) => length <= stack.Length ? stack[..length] : new T[length];

    bool IsWord(int id) => id < words.Length && words[id];
}
