using Attar.Models.Encoders;

namespace Attar.Experiments;

/// <summary>Multiplications and additions of the matrix products that an encoder cannot do without; the last layer beyond its keys and values only for the first token.</summary>
public static class EncoderFlops
{
    /// <summary>Of one pair's score; a split encoder's lower layers are taken as known.</summary>
    public static long Scoring(EncoderConfig c, int tokens)
    {
        long h = c.Hidden, perToken = 2 * h * (4 * h + 2 * c.Intermediate), attention = 4L * tokens * h;
        long full = (c.Layers - 1 - c.Split) * tokens * (perToken + attention);
        long last = tokens * 2 * h * 2 * h + perToken - 2 * h * 2 * h + attention;
        return full + last;
    }

    /// <summary>Of one pair in a training step: forward, and backward to the activations and to the weights.</summary>
    public static long Training(EncoderConfig c, int tokens) => 3 * Scoring(c with { Split = 0 }, tokens);
}
