namespace Attar.Models;

/// <summary>Which tokens of a batch have the same embedding: those with the same id, position, side and overlap mark. The candidates of one query share its tokens, and many of the first words of their titles.</summary>
/// <remarks>Filling one again uses its memory again.</remarks>
sealed class DistinctTokens
{
    readonly Dictionary<(int Id, int Position, int Mark), int> known = [];
    int[] firsts = [], places = [];
    int tokens;

    /// <summary>The first row of each distinct token, (distinct).</summary>
    public ReadOnlyMemory<int> Firsts => firsts.AsMemory(0, known.Count);

    /// <summary>Of each token, which distinct one it is, (tokens).</summary>
    public ReadOnlyMemory<int> Places => places.AsMemory(0, tokens);

    /// <param name="ofSides">Positions count from the start of a token's side.</param>
    public void Find(PackedBatch batch, bool ofSides)
    {
        tokens = batch.Tokens;
        known.Clear();
        if (places.Length < tokens)
        {
            int room = tokens + tokens / 4;
            (firsts, places) = (new int[room], new int[room]);
            known.EnsureCapacity(room);
        }
        ReadOnlySpan<int> ids = batch.Ids.Span, positions = (ofSides ? batch.SidePositions : batch.Positions).Span, segments = batch.Segments.Span, overlap = batch.Overlap.Span;
        for (int row = 0; row < tokens; row++)
        {
            (int, int, int) token = (ids[row], positions[row], segments[row] << 8 | overlap[row]);
            if (known.TryGetValue(token, out places[row])) continue;
            firsts[known.Count] = row;
            known.Add(token, places[row] = known.Count);
        }
    }
}
