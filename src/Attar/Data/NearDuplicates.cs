namespace Attar.Data;

/// <summary>
/// Finds sets alike by MinHash: 32 minima in 8 bands of 4; sets that agree in a band are compared exactly.
/// Two of Jaccard .8 are found with a probability of .985, of .9 with .9998 (Broder 1997; Leskovec, Rajaraman and Ullman, chapter 3).
/// </summary>
/// <param name="similarity">From which Jaccard on two sets are near duplicates.</param>
sealed class NearDuplicates(double similarity)
{
    const int Bands = 8, Rows = 4;

    readonly Dictionary<ulong, int> head = []; // of a chain of sets that share a band
    readonly List<(int Set, int Next)> chain = [];
    readonly List<uint[]> sets = [];

    /// <summary>The first set so far that is a near duplicate; otherwise -1.</summary>
    public int Find(uint[] set) => Find(set, Signature(set));

    /// <summary>The place of the set's first near duplicate, or its own when it is the first of its kind.</summary>
    public int Add(uint[] set)
    {
        ulong[] bands = Signature(set);
        int place = sets.Count, known = Find(set, bands);
        sets.Add(known < 0 ? set : []); // a copy of a copy is compared with the first
        if (known >= 0) return known;
        foreach (ulong band in bands)
        {
            chain.Add((place, head.GetValueOrDefault(band, -1)));
            head[band] = chain.Count - 1;
        }
        return place;
    }

    int Find(uint[] set, ulong[] bands)
    {
        int first = -1;
        foreach (ulong band in bands)
            for (int link = head.GetValueOrDefault(band, -1); link >= 0; link = chain[link].Next)
                if ((first < 0 || chain[link].Set < first) && Shingles.Jaccard(set, sets[chain[link].Set]) >= similarity) first = chain[link].Set;
        return first;
    }

    /// <summary>The bands' hashes; (Bands), or none of an empty set, which is like nothing.</summary>
    static ulong[] Signature(uint[] set)
    {
        if (set.Length == 0) return [];
        var bands = new ulong[Bands];
        for (int band = 0; band < Bands; band++)
        {
            ulong hash = (ulong)band + 1;
            for (int row = 0; row < Rows; row++)
            {
                ulong seed = (ulong)(band * Rows + row + 1) * 0x9E3779B97F4A7C15, least = ulong.MaxValue;
                foreach (uint part in set) least = Math.Min(least, Mix(part ^ seed));
                hash = Mix(hash ^ least);
            }
            bands[band] = hash;
        }
        return bands;
    }

    /// <summary>The finaliser of SplitMix64.</summary>
    static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
