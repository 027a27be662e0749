namespace Attar.Augmentation.Sources;

/// <summary>Random order, lazily.</summary>
static class Shuffle
{
    /// <summary>0..count-1 in random order (Fisher and Yates, remembering only what moved): the first few of a million cost a few steps.</summary>
    public static IEnumerable<int> Of(int count, Random random)
    {
        var moved = new Dictionary<int, int>();
        for (int i = 0; i < count; i++)
        {
            int j = random.Next(i, count);
            yield return moved.GetValueOrDefault(j, j);
            moved[j] = moved.GetValueOrDefault(i, i);
        }
    }
}
