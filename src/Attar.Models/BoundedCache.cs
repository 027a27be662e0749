namespace Attar.Models;

/// <summary>
/// Remembers about the last <paramref name="capacity"/> entries used, in two generations: when the young one is full, the old one
/// is forgotten and the young one grows old; what is found among the old becomes young again. Every step takes constant time.
/// </summary>
/// <param name="capacity">Zero remembers nothing.</param>
public sealed class BoundedCache<TKey, TValue>(int capacity) where TKey : notnull
{
    readonly Lock gate = new();
    readonly int half = (capacity + 1) / 2;
    Dictionary<TKey, TValue> young = [], old = [];

    public int Count
    {
        get
        {
            lock (gate) return young.Count + old.Count;
        }
    }

    public bool TryGet(TKey key, out TValue value)
    {
        lock (gate)
        {
            if (young.TryGetValue(key, out value!)) return true;
            if (!old.Remove(key, out value!)) return false;
            Insert(key, value);
            return true;
        }
    }

    public void Add(TKey key, TValue value)
    {
        if (capacity == 0) return;
        lock (gate)
        {
            old.Remove(key);
            Insert(key, value);
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            young.Clear();
            old.Clear();
        }
    }

    void Insert(TKey key, TValue value)
    {
        if (young.Count >= half && !young.ContainsKey(key))
        {
            (young, old) = (old, young);
            young.Clear();
        }
        young[key] = value;
    }
}
