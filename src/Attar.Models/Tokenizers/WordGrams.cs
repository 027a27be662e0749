using System.Numerics;

namespace Attar.Models.Tokenizers;

/// <summary>
/// Which character bigrams and trigrams the words of a sequence have, known from their tokens alone: those within each token, and three at each seam between two
/// tokens of a word, or between a word's end and what is around it. A gram is one of 256 bits by its hash.
/// </summary>
/// <remarks>All is tables by token id, so that an ONNX graph can compute the same (<see cref="Onnx.GradedOverlapOnnx"/>). A seam's bit is the sum of a number of the token before and one of the token behind.</remarks>
sealed class WordGrams
{
    /// <summary>Bits of a set, and grams of a seam: last and first character, the last two and the first, the last and the first two.</summary>
    public const int Bits = 256, SeamGrams = 3;

    const char Edge = '\u0001';

    readonly Set[] within;
    readonly byte[] tails, heads; // (tokens + 1, 3); the last row stands for what is around words
    readonly bool[] continues;

    /// <param name="words">Whether a token, by its id, is (part of) a word.</param>
    /// <param name="spaced">The tokenizer takes the space before a word into the word's first token; otherwise <c>##</c> is before tokens that continue one.</param>
    public WordGrams(ITokenizer tokenizer, bool[] words, bool spaced)
    {
        (within, continues) = (new Set[words.Length], new bool[words.Length]);
        (tails, heads) = (new byte[SeamGrams * (words.Length + 1)], new byte[SeamGrams * (words.Length + 1)]);
        for (int id = 0; id < words.Length; id++)
        {
            if (!words[id]) continue;
            string text = spaced ? tokenizer.TextOf(id) : tokenizer.TokenOf(id);
            string piece = spaced ? text.TrimStart(' ', '\u2581') : text.StartsWith("##", StringComparison.Ordinal) ? text[2..] : text;
            continues[id] = spaced ? piece.Length == text.Length : piece.Length < text.Length;
            Describe(id, piece.ToLowerInvariant());
        }
        Describe(words.Length, $"{Edge}");
    }

    void Describe(int id, string piece)
    {
        for (int i = 1; i < piece.Length; i++)
        {
            within[id].Add(Hash(piece[i - 1], piece[i]));
            if (i > 1) within[id].Add(Hash(piece[i - 2], piece[i - 1]) + Hash(piece[i - 1], piece[i]) + 1);
        }
        if (piece.Length == 0) return;
        char last = piece[^1], first = piece[0], beforeLast = piece.Length > 1 ? piece[^2] : Edge, second = piece.Length > 1 ? piece[1] : Edge;
        Seam(tails, id, Hash(last, Edge), Hash(beforeLast, last), Hash(last, last));
        Seam(heads, id, Hash(Edge, first), Hash(first, first), Hash(first, second));
    }

    static void Seam(byte[] rows, int id, params ReadOnlySpan<int> hashes)
    {
        for (int i = 0; i < SeamGrams; i++) rows[SeamGrams * id + i] = (byte)hashes[i];
    }

    /// <summary>In [0, 256); the same everywhere and always, for models are trained on it.</summary>
    static int Hash(char a, char b) => (int)((a * 0x9E3779B1u + b * 0x85EBCA77u + (a ^ (uint)b) * 0xC2B2AE3Du) >> 24);

    /// <summary>Tokens that the tables know.</summary>
    public int Tokens => within.Length;

    public bool Continues(int id) => continues[id];

    public Set Within(int id) => within[id];

    /// <summary>(3) of a token; of what is around words for -1.</summary>
    public ReadOnlySpan<byte> Tail(int id) => tails.AsSpan(SeamGrams * (id < 0 ? Tokens : id), SeamGrams);

    /// <inheritdoc cref="Tail"/>
    public ReadOnlySpan<byte> Head(int id) => heads.AsSpan(SeamGrams * (id < 0 ? Tokens : id), SeamGrams);

    /// <summary>The words of one side.</summary>
    /// <param name="isWord">Whether a token, by its id, is (part of) a word.</param>
    public SideWords Read(ReadOnlySpan<int> ids, ReadOnlySpan<bool> isWord)
    {
        int[] wordOf = new int[ids.Length];
        int count = 0, before = -1; // the token that the word has so far ended in
        for (int i = 0; i < ids.Length; i++)
        {
            int id = IdOf(ids[i], isWord);
            if (id >= 0 && !(before >= 0 && continues[id])) count++;
            wordOf[i] = id < 0 ? -1 : count - 1;
            before = id;
        }

        var words = new Set[count];
        for (int i = 0; i < ids.Length; i++)
        {
            if (wordOf[i] < 0) continue;
            ref Set word = ref words[wordOf[i]];
            word.AddSeam(Tail(i > 0 && wordOf[i - 1] == wordOf[i] ? ids[i - 1] : -1), Head(ids[i]));
            word.Add(within[ids[i]]);
            if (i + 1 == ids.Length || wordOf[i + 1] != wordOf[i]) word.AddSeam(Tail(ids[i]), Head(-1));
        }
        return new SideWords(words, [.. words.Select(word => word.Count)], wordOf);
    }

    static int IdOf(int id, ReadOnlySpan<bool> isWord) => id < isWord.Length && isWord[id] ? id : -1;

    /// <summary>256 bits.</summary>
    public struct Set
    {
        ulong a, b, c, d;

        public readonly int Count => BitOperations.PopCount(a) + BitOperations.PopCount(b) + BitOperations.PopCount(c) + BitOperations.PopCount(d);

        public readonly int Shared(in Set other) =>
            BitOperations.PopCount(a & other.a) + BitOperations.PopCount(b & other.b) + BitOperations.PopCount(c & other.c) + BitOperations.PopCount(d & other.d);

        public readonly bool Has(int bit) => ((bit >> 6) switch { 0 => a, 1 => b, 2 => c, _ => d } >> (bit & 63) & 1) != 0;

        public void Add(in Set other) => (a, b, c, d) = (a | other.a, b | other.b, c | other.c, d | other.d);

        public void Add(int hash)
        {
            ulong bit = 1ul << (hash & 63);
            switch (hash >> 6 & 3)
            {
                case 0: a |= bit; break;
                case 1: b |= bit; break;
                case 2: c |= bit; break;
                default: d |= bit; break;
            }
        }

        public void AddSeam(ReadOnlySpan<byte> tail, ReadOnlySpan<byte> head)
        {
            for (int i = 0; i < SeamGrams; i++) Add(tail[i] + head[i]);
        }
    }
}
