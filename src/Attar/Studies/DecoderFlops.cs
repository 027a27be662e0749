using Attar.Models.Decoders;

namespace Attar.Studies;

/// <summary>Multiplications and additions of the matrix products that a decoder cannot do without; the last layer beyond its keys and values only for the last token.</summary>
public static class DecoderFlops
{
    /// <summary>Of one pair's logits.</summary>
    public static long Scoring(DecoderConfig c, int tokens)
    {
        long query = c.HeadSize * c.Heads, keys = 2L * c.HeadSize * c.KeyHeads;
        long perToken = 2L * c.Hidden * (2 * query + 3L * c.Intermediate), keysPerToken = 2L * c.Hidden * keys;
        long causal = 4 * query * tokens * (tokens + 1) / 2, ofLast = 4 * query * tokens;
        return (c.Layers - 1) * (tokens * (perToken + keysPerToken) + causal) + tokens * keysPerToken + perToken + ofLast;
    }

    /// <summary>Of one pair in a training step through low-rank updates, which are left out: forward, and backward to the activations alone.</summary>
    public static long TrainingUpdates(DecoderConfig c, int tokens) => 2 * Scoring(c, tokens);
}
