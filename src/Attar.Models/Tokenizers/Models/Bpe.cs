namespace Attar.Models.Tokenizers.Models;

/// <param name="Unknown">Token for characters that the vocabulary lacks; null leaves them out.</param>
/// <param name="FuseUnknown">Several unknown characters in a row become one token.</param>
/// <param name="ByteFallback">An unknown character becomes its UTF-8 bytes as tokens such as <c>&lt;0xE2&gt;</c>.</param>
/// <param name="IgnoreMerges">A piece that is a token is that token, whether merges lead there or not (Llama-3).</param>
/// <param name="Prefix">Stands before tokens that continue a word.</param>
/// <param name="Suffix">Stands behind tokens that end a word.</param>
sealed record BpeOptions(string? Unknown = null, bool FuseUnknown = false, bool ByteFallback = false, bool IgnoreMerges = false, string Prefix = "", string Suffix = "");

/// <summary>Byte-pair encoding: a piece begins as its characters, and the pair of neighbours that was learned first is merged, again and again.</summary>
/// <remarks>Sennrich et al. 2016, "Neural machine translation of rare words with subword units".</remarks>
sealed class Bpe : ITokenModel
{
    const int Few = 40; // of so many symbols the best pair is found faster by looking at all than by a queue

    readonly PairTable merges; // two tokens -> rank, merged token
    readonly BpeOptions options;
    readonly int[] bytes;

    /// <param name="merges">Pairs of tokens, in the order in which they were learned.</param>
    /// <exception cref="InvalidDataException">A merge names a token, or makes one, that is not in the vocabulary.</exception>
    public Bpe(Vocabulary vocabulary, IReadOnlyList<(string Left, string Right)> merges, BpeOptions options)
    {
        (Vocabulary, this.options) = (vocabulary, options);
        Unknown = options.Unknown is null ? -1 : vocabulary.Find(options.Unknown);
        if (options.Unknown != null && Unknown < 0) throw new InvalidDataException($"unk_token: '{options.Unknown}' is not in the vocabulary; expected one of its tokens or null");
        bytes = vocabulary.ByteTokens();
        this.merges = new PairTable(merges.Count);
        for (int rank = 0; rank < merges.Count; rank++)
        {
            var (left, right) = merges[rank];
            string merged = left + (right.StartsWith(options.Prefix, StringComparison.Ordinal) ? right[options.Prefix.Length..] : right);
            this.merges.Set(Known(left, rank), Known(right, rank), rank, Known(merged, rank));
        }
    }

    public Vocabulary Vocabulary { get; }

    public int Unknown { get; }

    /// <summary>True where a character is another token at the beginning or end of a piece.</summary>
    public bool DependsOnPlace => options.Prefix.Length + options.Suffix.Length > 0;

    int Known(string token, int rank) => Vocabulary.Find(token) is >= 0 and var id ? id : throw new InvalidDataException($"merges: merge {rank + 1}: '{token}' is not in the vocabulary; the merges belong to another vocabulary");

    public void Split(ReadOnlySpan<char> piece, List<TokenSpan> tokens)
    {
        if (options.IgnoreMerges && Vocabulary.Find(piece) is >= 0 and var whole)
        {
            tokens.Add(new TokenSpan(whole, 0, piece.Length));
            return;
        }
        int first = tokens.Count;
        AddSymbols(piece, tokens);
        if (tokens.Count - first <= Few) MergeFew(tokens, first);
        else MergeMany(tokens, first);
    }

    /// <summary>The characters of a piece as tokens, unknown ones as the options say.</summary>
    void AddSymbols(ReadOnlySpan<char> piece, List<TokenSpan> tokens)
    {
        var pending = new TokenSpan(-1, 0, 0); // an unknown token that may grow
        for (int start = 0; start < piece.Length;)
        {
            int end = start + (char.IsHighSurrogate(piece[start]) && start + 1 < piece.Length ? 2 : 1);
            int id = IdOf(piece[start..end], start == 0, end == piece.Length);
            if (id >= 0)
            {
                if (pending.Id >= 0) tokens.Add(pending);
                pending = new TokenSpan(-1, 0, 0);
                tokens.Add(new TokenSpan(id, start, end));
            }
            else if (!(options.ByteFallback && ByteFallback.TryAdd(bytes, piece, start, end, tokens)) && Unknown >= 0)
            {
                if (pending.Id >= 0 && !options.FuseUnknown) tokens.Add(pending);
                pending = new TokenSpan(Unknown, pending.Id >= 0 && options.FuseUnknown ? pending.Start : start, end);
            }
            start = end;
        }
        if (pending.Id >= 0) tokens.Add(pending);
    }

    int IdOf(ReadOnlySpan<char> character, bool isFirst, bool isLast)
    {
        string before = isFirst ? "" : options.Prefix, behind = isLast ? options.Suffix : "";
        return before.Length + behind.Length == 0 ? Vocabulary.Find(character) : Vocabulary.Find(string.Concat(before, character, behind));
    }

    void MergeFew(List<TokenSpan> tokens, int first)
    {
        int count = tokens.Count - first;
        Span<TokenSpan> symbols = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens)[first..];
        Span<(int Rank, int Id)> pairs = stackalloc (int, int)[Few];
        for (int i = 0; i + 1 < count; i++) pairs[i] = merges.Find(symbols[i].Id, symbols[i + 1].Id);
        while (true)
        {
            int best = -1;
            for (int i = 0; i + 1 < count; i++)
                if (pairs[i].Rank >= 0 && (best < 0 || pairs[i].Rank < pairs[best].Rank)) best = i;
            if (best < 0) break;

            symbols[best] = new TokenSpan(pairs[best].Id, symbols[best].Start, symbols[best + 1].End);
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            pairs[(best + 1)..(count - 1)].CopyTo(pairs[best..]);
            count--;
            if (best > 0) pairs[best - 1] = merges.Find(symbols[best - 1].Id, symbols[best].Id);
            if (best + 1 < count) pairs[best] = merges.Find(symbols[best].Id, symbols[best + 1].Id);
        }
        tokens.RemoveRange(first + count, tokens.Count - first - count);
    }

    /// <summary>The same with a queue of merges over a linked list, for n log n time whatever the text.</summary>
    void MergeMany(List<TokenSpan> tokens, int first)
    {
        int count = tokens.Count - first;
        TokenSpan[] symbols = [.. System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens)[first..]];
        int[] next = [.. Enumerable.Range(1, count)], previous = [.. Enumerable.Range(-1, count)];
        var queue = new PriorityQueue<int, long>(count); // the merged token by rank, then place
        void Enqueue(int left)
        {
            if (left < 0 || next[left] >= count) return;
            var (rank, id) = merges.Find(symbols[left].Id, symbols[next[left]].Id);
            if (rank >= 0) queue.Enqueue(id, (long)rank << 32 | (uint)left);
        }
        for (int i = 0; i < count; i++) Enqueue(i);

        while (queue.TryDequeue(out int id, out long place))
        {
            int left = (int)place;
            int right = symbols[left].Id < 0 ? count : next[left];
            if (right >= count || merges.Find(symbols[left].Id, symbols[right].Id).Other != id) continue; // another merge was faster
            symbols[left] = new TokenSpan(id, symbols[left].Start, symbols[right].End);
            symbols[right] = new TokenSpan(-1, 0, 0);
            next[left] = next[right];
            if (next[left] < count) previous[next[left]] = left;
            Enqueue(previous[left]);
            Enqueue(left);
        }
        tokens.RemoveRange(first, count);
        foreach (TokenSpan symbol in symbols)
            if (symbol.Id >= 0) tokens.Add(symbol);
    }
}
