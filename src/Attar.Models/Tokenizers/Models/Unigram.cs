namespace Attar.Models.Tokenizers.Models;

/// <summary>The most probable segmentation under independent tokens, found by dynamic programming over a trie.</summary>
/// <remarks>Kudo 2018, "Subword regularization". An unknown character costs 10 more than the least probable token.</remarks>
sealed class Unigram : ITokenModel
{
    const double UnknownPenalty = 10;

    readonly double[] scores; // natural log-probabilities by id
    readonly PairTable edges; // node, character -> node, token that ends there or -1
    readonly double unknownScore;
    readonly bool byteFallback;
    readonly int[] bytes;

    /// <param name="pieces">Tokens with their log-probabilities, by id.</param>
    /// <param name="unknown">Id of the unknown token.</param>
    /// <exception cref="InvalidDataException">The unknown token is missing, or a token is there twice.</exception>
    public Unigram(IReadOnlyList<(string Token, double Score)> pieces, int? unknown, bool byteFallback)
    {
        Unknown = unknown ?? throw new InvalidDataException("unk_id: expected the id of the unknown token");
        if ((uint)Unknown >= (uint)pieces.Count) throw new InvalidDataException($"unk_id: {unknown}; expected an id below {pieces.Count}");
        this.byteFallback = byteFallback;
        Vocabulary = new Vocabulary(pieces.Select((piece, id) => KeyValuePair.Create(piece.Token, id)));
        scores = [.. pieces.Select(piece => piece.Score)];
        unknownScore = scores.Min() - UnknownPenalty;
        bytes = Vocabulary.ByteTokens();
        edges = new PairTable(pieces.Sum(piece => piece.Token.Length));
        int nodes = 1;
        for (int id = 0; id < pieces.Count; id++) nodes = AddPath(pieces[id].Token, id, nodes);
    }

    public Vocabulary Vocabulary { get; }

    public int Unknown { get; }

    int AddPath(string token, int id, int nodes)
    {
        int node = 0;
        for (int i = 0; i < token.Length; i++)
        {
            var (next, ending) = edges.Find(node, token[i]);
            bool isLast = i == token.Length - 1;
            if (next < 0 || isLast) edges.Set(node, token[i], next < 0 ? nodes : next, isLast ? id : ending);
            node = next < 0 ? nodes++ : next;
        }
        return nodes;
    }

    /// <summary>The best way to a place in the piece.</summary>
    record struct Way(double Score, int From, int Id);

    public void Split(ReadOnlySpan<char> piece, List<TokenSpan> tokens)
    {
        Span<Way> ways = piece.Length < 128 ? stackalloc Way[piece.Length + 1] : new Way[piece.Length + 1];
        ways.Fill(new Way(0, -1, -1));
        for (int from = 0; from < piece.Length;)
        {
            int character = char.IsHighSurrogate(piece[from]) && from + 1 < piece.Length ? 2 : 1;
            bool alone = false; // whether a token is this one character
            int node = 0;
            for (int to = from; to < piece.Length;)
            {
                (node, int id) = edges.Find(node, piece[to++]);
                if (node < 0) break;
                if (id < 0) continue;
                Offer(ref ways[to], new Way(ways[from].Score + scores[id], from, id));
                alone |= to == from + character;
            }
            if (!alone) Offer(ref ways[from + character], new Way(ways[from].Score + unknownScore, from, Unknown));
            from += character;
        }
        Collect(piece, ways, tokens);
    }

    static void Offer(ref Way best, Way way)
    {
        if (best.From < 0 || way.Score > best.Score) best = way;
    }

    /// <summary>Walks back along the best ways; unknown stretches next to each other become one token, or its bytes.</summary>
    void Collect(ReadOnlySpan<char> piece, ReadOnlySpan<Way> ways, List<TokenSpan> tokens)
    {
        var backwards = new List<TokenSpan>();
        for (int end = piece.Length; end > 0; end = ways[end].From)
        {
            var (_, from, id) = ways[end];
            if (id == Unknown && backwards.Count > 0 && backwards[^1].Id == Unknown) backwards[^1] = new TokenSpan(Unknown, from, backwards[^1].End);
            else backwards.Add(new TokenSpan(id, from, end));
        }
        for (int i = backwards.Count - 1; i >= 0; i--)
        {
            var (id, start, end) = backwards[i];
            if (id != Unknown) tokens.Add(backwards[i]);
            else if (Vocabulary.Find(piece[start..end]) is >= 0 and var known) tokens.Add(new TokenSpan(known, start, end));
            else if (!byteFallback || !ByteFallback.TryAdd(bytes, piece, start, end, tokens)) tokens.Add(backwards[i]);
        }
    }
}
