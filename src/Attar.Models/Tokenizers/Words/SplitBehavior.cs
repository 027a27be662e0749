using Attar.Models.Tokenizers.Steps;

namespace Attar.Models.Tokenizers.Words;

/// <summary>What becomes of the delimiters that a text is split at.</summary>
enum SplitBehavior { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous }

/// <summary>A stretch of a piece that is a delimiter or lies between two.</summary>
readonly record struct Stretch(int Start, int End, bool IsDelimiter);

static class SplitBehaviors
{
    /// <summary>Cuts a piece that consists of <paramref name="stretches"/>.</summary>
    public static void Cut(this SplitBehavior behavior, List<Stretch> stretches, int start, TextPieces output)
    {
        for (int i = 0; i < stretches.Count;)
        {
            int last = behavior switch
            {
                SplitBehavior.MergedWithPrevious => LastWithPrevious(stretches, i),
                SplitBehavior.MergedWithNext => LastWithNext(stretches, i),
                SplitBehavior.Contiguous => LastOfSameKind(stretches, i),
                _ => i,
            };
            if (behavior != SplitBehavior.Removed || !stretches[i].IsDelimiter) output.Cut(start + stretches[i].Start, start + stretches[last].End);
            i = last + 1;
        }
    }

    // only the first of several delimiters in a row finds something to merge with
    static int LastWithPrevious(List<Stretch> stretches, int i) =>
        !stretches[i].IsDelimiter && i + 1 < stretches.Count && stretches[i + 1].IsDelimiter ? i + 1 : i;

    static int LastWithNext(List<Stretch> stretches, int i) =>
        stretches[i].IsDelimiter && i + 1 < stretches.Count && !stretches[i + 1].IsDelimiter ? i + 1 : i;

    static int LastOfSameKind(List<Stretch> stretches, int i)
    {
        while (i + 1 < stretches.Count && stretches[i + 1].IsDelimiter == stretches[i].IsDelimiter) i++;
        return i;
    }
}
