using System.Numerics;

namespace Attar.Retrieval;

/// <summary>The best k of any number of scores. Most are told apart from them by one comparison, several at a time.</summary>
/// <remarks>A score, above 0, and the rank of its tie make one number, so that keeping the best is sorting numbers.</remarks>
sealed class BestHits(int k)
{
    ulong[] kept = new ulong[Math.Min(2 * (long)k, 4096)];
    int count;
    ulong floor; // the worst of the best k so far; what is not above it is none of them
    float worst = float.Epsilon; // its score

    /// <param name="scores">0 for a product that does not match.</param>
    /// <param name="ranks">(scores) the lower wins a tie.</param>
    public void Add(ReadOnlySpan<float> scores, ReadOnlySpan<int> ranks)
    {
        int i = 0, width = Vector<float>.Count;
        for (; i + width <= scores.Length; i += width)
            if (Vector.GreaterThanOrEqualAny(new Vector<float>(scores[i..]), new Vector<float>(worst)))
                for (int j = i; j < i + width; j++) Add(scores[j], ranks[j]);
        for (; i < scores.Length; i++) Add(scores[i], ranks[i]);
    }

    void Add(float score, int rank)
    {
        ulong key = (ulong)BitConverter.SingleToUInt32Bits(score) << 32 | ~(uint)rank;
        if (score < worst || key <= floor) return;
        if (count == kept.Length) MakeRoom();
        if (key > floor) kept[count++] = key;
    }

    void MakeRoom()
    {
        if (kept.Length < 2 * (long)k)
        {
            Array.Resize(ref kept, (int)Math.Min(2 * (long)k, 2 * (long)kept.Length));
            return;
        }
        kept.AsSpan().Sort();
        kept.AsSpan(k).CopyTo(kept);
        count = k;
        (floor, worst) = (kept[0], ScoreOf(kept[0]));
    }

    /// <summary>The best first, each under its rank.</summary>
    public IEnumerable<Hit> Take()
    {
        Array.Sort(kept, 0, count);
        return Enumerable.Range(0, Math.Min(k, count)).Select(i => kept[count - 1 - i]).Select(key => new Hit((int)~(uint)key, ScoreOf(key)));
    }

    static float ScoreOf(ulong key) => BitConverter.UInt32BitsToSingle((uint)(key >> 32));
}
