namespace Attar.Models.Tokenizers.Models;

/// <summary>A hash table from two whole numbers to two others, read far more often than written.</summary>
sealed class PairTable
{
    readonly record struct Entry(ulong Key, int Value, int Other);

    const ulong Empty = ulong.MaxValue; // no pair of ids is this key
    readonly Entry[] entries;
    readonly int shift;

    /// <param name="count">Most pairs that will be added.</param>
    public PairTable(int count)
    {
        int bits = Math.Max(4, 65 - System.Numerics.BitOperations.LeadingZeroCount((ulong)count)); // at most half full
        entries = new Entry[1 << bits];
        Array.Fill(entries, new Entry(Empty, -1, -1));
        shift = 64 - bits;
    }

    /// <summary>Adds a pair or changes what it leads to.</summary>
    public void Set(int left, int right, int value, int other = 0)
    {
        ulong key = Key(left, right);
        entries[Slot(key)] = new Entry(key, value, other);
    }

    /// <returns>What was set, or -1 for both.</returns>
    public (int Value, int Other) Find(int left, int right)
    {
        ref readonly Entry entry = ref entries[Slot(Key(left, right))];
        return (entry.Value, entry.Other);
    }

    int Slot(ulong key)
    {
        int slot = (int)(key * 0x9E3779B97F4A7C15 >> shift);
        while (entries[slot].Key != key && entries[slot].Key != Empty) slot = (slot + 1) & (entries.Length - 1);
        return slot;
    }

    static ulong Key(int left, int right) => (ulong)(uint)left << 32 | (uint)right;
}
