using Attar.Data;

namespace Attar.Teaching;

/// <summary>The distribution over grades that a teacher learns from one judgment.</summary>
public static class SoftTarget
{
    /// <summary>From votes their shares; from a mean rating, linear between the two neighbouring grades; a whole rating is one-hot.</summary>
    /// <param name="target">(grades)</param>
    public static void Write(Judgment judgment, Span<float> target)
    {
        target.Clear();
        if (judgment.Votes is { } votes && votes.Sum() is > 0 and var raters)
        {
            for (int grade = 0; grade < target.Length; grade++) target[grade] = votes[grade] / (float)raters;
            return;
        }
        double rating = Math.Clamp(judgment.Rating, 0, target.Length - 1);
        int low = (int)rating;
        float up = (float)(rating - low);
        target[low] = 1 - up;
        if (up > 0) target[low + 1] = up;
    }
}
