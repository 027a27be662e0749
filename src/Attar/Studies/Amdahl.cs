namespace Attar.Studies;

/// <summary>
/// How many threads are worth how much, where a step has a share that no second thread makes quicker and parts that run side by side, each on one thread (Amdahl 1967).
/// It knows nothing of memory that all cores share, so what it foretells is the most there can be.
/// </summary>
public static class Amdahl
{
    /// <summary>How many times as fast as one thread.</summary>
    /// <param name="serial">The share of one thread's time that does not get quicker, from 0 to 1.</param>
    public static double Speedup(double serial, int parts, int threads) => 1 / (serial + (1 - serial) * Longest(parts, threads));

    /// <summary>The serial share that a measured speedup tells (Karp and Flatt 1990, with parts that may not divide evenly); 0 where it is more than the parts explain.</summary>
    /// <exception cref="ArgumentOutOfRangeException">when there is one part or thread, which tell nothing.</exception>
    public static double SerialShare(double speedup, int parts, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Math.Min(parts, threads), 2);
        double longest = Longest(parts, threads);
        return Math.Clamp((1 / speedup - longest) / (1 - longest), 0, 1);
    }

    /// <summary>The share of the parts that the busiest thread takes.</summary>
    static double Longest(int parts, int threads) => (double)((parts + threads - 1) / threads) / parts;
}
