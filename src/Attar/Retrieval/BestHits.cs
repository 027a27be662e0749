using System.Numerics;

namespace Attar.Retrieval;

/// <summary>The best k of any number of scores. Most are told apart from them by one comparison, several at a time.</summary>
/// <remarks>A score, above 0, and the rank of its tie make one number, so that keeping the best is selecting numbers.</remarks>
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
        Select(kept, k);
        count = k;
        (floor, worst) = (kept[k - 1], ScoreOf(kept[k - 1]));
    }

    /// <summary>The best first, each under its rank.</summary>
    public Hit[] Take()
    {
        if (count > k) Select(kept.AsSpan(0, count), k);
        Span<ulong> best = kept.AsSpan(0, Math.Min(k, count));
        best.Sort();
        var hits = new Hit[best.Length];
        for (int i = 0; i < hits.Length; i++) hits[i] = new Hit((int)~(uint)best[^(i + 1)], ScoreOf(best[^(i + 1)]));
        return hits;
    }

    /// <summary>Moves the k largest to the front, the least of them to k-1 (quickselect; Hoare 1961). Sorting took half of a search.</summary>
    static void Select(Span<ulong> keys, int k)
    {
        for (int low = 0, high = keys.Length - 1; low < high;)
        {
            ulong pivot = keys[(low + high) / 2];
            int i = low, j = high;
            while (i <= j)
            {
                while (keys[i] > pivot) i++;
                while (keys[j] < pivot) j--;
                if (i > j) break;
                (keys[i], keys[j]) = (keys[j], keys[i]);
                (i, j) = (i + 1, j - 1);
            }
            if (k - 1 <= j) high = j;
            else if (k - 1 >= i) low = i;
            else return;
        }
    }

    static float ScoreOf(ulong key) => BitConverter.UInt32BitsToSingle((uint)(key >> 32));
}
