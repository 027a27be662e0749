using Attar.Models.Encoders;

namespace Attar.Studies;

/// <summary>Multiplications and additions of the matrix products that an encoder cannot do without; the last layer is for the first token only, which meets the tokens themselves in place of keys and values.</summary>
public static class EncoderFlops
{
    /// <summary>Of one pair's score; a split encoder's lower layers are taken as known.</summary>
    public static long Scoring(EncoderConfig c, int tokens)
    {
        long h = c.Hidden, perToken = 2 * h * (4 * h + 2 * c.Intermediate), attention = 4L * tokens * h;
        long full = (c.Layers - 1 - c.Split) * tokens * (perToken + attention);
        long last = perToken + 4L * tokens * c.Heads * h;
        return full + last;
    }

    /// <summary>Of one pair in a training step: forward, and backward to the activations and to the weights.</summary>
    public static long Training(EncoderConfig c, int tokens) => 3 * Scoring(c with { Split = 0 }, tokens);
}
