using Attar.Models.Tokenizers;

namespace Attar.Models;

/// <summary>Several pairs laid end to end: no padding, sequence s owns tokens Offsets[s]..Offsets[s+1]-1.</summary>
/// <param name="Positions">of each token in its sequence</param>
public sealed record PackedBatch(int[] Ids, int[] Segments, int[] Overlap, int[] Positions, int[] Offsets)
{
    public int Tokens => Ids.Length;
    public int Sequences => Offsets.Length - 1;

    /// <summary>Row of each sequence's first token.</summary>
    public int[] FirstRows => Offsets[..^1];

    /// <summary>Row of each sequence's last token.</summary>
    public int[] LastRows => [.. Offsets.Skip(1).Select(end => end - 1)];

    public static PackedBatch Of(IReadOnlyList<TokenPair> pairs)
    {
        int[] offsets = new int[pairs.Count + 1];
        for (int i = 0; i < pairs.Count; i++) offsets[i + 1] = offsets[i] + pairs[i].Length;
        int[] ids = new int[offsets[^1]], segments = new int[ids.Length], overlap = new int[ids.Length], positions = new int[ids.Length];
        for (int i = 0; i < pairs.Count; i++)
        {
            TokenPair pair = pairs[i];
            for (int j = 0; j < pair.Length; j++)
            {
                int row = offsets[i] + j;
                (ids[row], segments[row], overlap[row], positions[row]) = (pair.Ids[j], pair.Segments[j], pair.Overlap[j], j);
            }
        }
        return new PackedBatch(ids, segments, overlap, positions, offsets);
    }
}
