using Attar.Evaluation.CutOffs;
using Attar.Evaluation.Drift;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Server.Models;

namespace Attar.Server.Tests;

/// <summary>Scores by a function of query and document texts: one value a label, document after document.</summary>
delegate float[] TextScores(string query, IReadOnlyList<string> documents);

/// <summary>A made-up model whose tokens are characters, so that the texts of a pair can be read back from it.</summary>
/// <param name="reads">Told how many characters are tokenised.</param>
sealed class TextModel(TextScores score, double[]? gains = null, int budget = 20_000, Action<int>? reads = null) : IScoringModel
{
    static readonly Characters characters = new(null);
    static readonly FieldPairText text = new(characters, budget: 20_000);

    /// <summary>A character that the vocabulary does not know.</summary>
    public const char Unknown = '\uFFFD';

    public CutOff? CutOff { get; init; }

    public ScoreReference? Reference { get; init; }

    public bool Disposed { get; private set; }

    public TokenizedText Tokenize(string text, bool structure)
    {
        List<int> ids = [];
        characters.Encode(text, ids);
        int[] before = structure ? [characters.IdOf(SpecialTokens.Start)] : [], after = structure ? [characters.IdOf(SpecialTokens.Separator)] : [];
        return new TokenizedText(
            [.. before, .. ids, .. after],
            [.. before.Select(_ => default(TextRange)), .. ids.Select((_, i) => new TextRange(i, i + 1)), .. after.Select(_ => default(TextRange))],
            new byte[before.Length + ids.Count + after.Length],
            [.. before.Select(_ => true), .. ids.Select(_ => false), .. after.Select(_ => true)]);
    }

    public string TokenOf(int id) => characters.TokenOf(id);

    public PairText Text { get; } = budget == text.Budget && reads is null ? text : new FieldPairText(new Characters(reads), budget);

    public bool ReadsAhead { get; init; }

    public int Labels => gains?.Length ?? 1;

    public IReadOnlyList<double>? Gains => gains;

    /// <summary>Pairs of one query that follow one another are scored together.</summary>
    public void Logits(IReadOnlyList<TokenPair> pairs, float[] logits)
    {
        ObjectDisposedException.ThrowIf(Disposed, this);
        for (int start = 0, end; start < pairs.Count; start = end)
        {
            string query = Read(pairs[start], 0);
            for (end = start + 1; end < pairs.Count && Read(pairs[end], 0) == query;) end++;
            string[] documents = [.. Enumerable.Range(start, end - start).Select(i => Read(pairs[i], 1))];
            score(query, documents).CopyTo(logits, start * Labels);
        }
    }

    static string Read(TokenPair pair, int side) =>
        string.Concat(pair.Ids.Where((id, i) => pair.Segments[i] == side && characters.TokenOf(id) is not (SpecialTokens.Start or SpecialTokens.Separator)).Select(characters.TokenOf));

    public void Dispose() => Disposed = true;

    sealed class Characters(Action<int>? reads) : ITokenizer
    {
        static readonly int specials = SpecialTokens.All.Count;

        public int VocabularySize => specials + char.MaxValue + 1;

        public void Encode(string text, List<int> ids)
        {
            reads?.Invoke(text.Length);
            ids.AddRange(text.Select(letter => letter == Unknown ? IdOf(SpecialTokens.Unknown) : specials + letter));
        }

        public int IdOf(string token) => SpecialTokens.All.ToList().IndexOf(token);

        public string TokenOf(int id) => id < specials ? SpecialTokens.All[id] : ((char)(id - specials)).ToString();

        public void Save(string folder) => throw new NotSupportedException();
    }
}
