namespace Attar;

/// <summary>One fault of an input: what is wrong, where, what was expected, what to do next.</summary>
/// <param name="Where">A <c>file:line</c>, a file, or an option's name.</param>
public sealed record Fault(string Where, string Message)
{
    public override string ToString() => $"{Where}: {Message}";
}

/// <summary>Wrong usage or bad input: the command ends with exit code 2 and prints the faults, one line each.</summary>
public sealed class InputException(IReadOnlyList<Fault> faults, long total)
    : Exception(string.Join('\n', faults.Select(fault => fault.ToString())) + (total > faults.Count ? $"\n... and {total - faults.Count} more faults" : ""))
{
    public InputException(string where, string message) : this([new Fault(where, message)], 1) { }

    public IReadOnlyList<Fault> Faults => faults;

    /// <summary>All faults found; <see cref="Faults"/> holds at most the first 20.</summary>
    public long Total => total;
}

/// <summary>Collects the faults of a file so that all are told together.</summary>
public sealed class FaultList
{
    const int Shown = 20;
    readonly List<Fault> faults = [];
    long total;

    public bool Any => total > 0;

    public void Add(string where, string message)
    {
        if (total++ < Shown) faults.Add(new Fault(where, message));
    }

    /// <summary>Hands over what was found so far.</summary>
    public void MoveTo(FaultList other)
    {
        foreach (Fault fault in faults) other.Add(fault.Where, fault.Message);
        other.total += total - faults.Count;
    }

    /// <exception cref="InputException">when any fault was added.</exception>
    public void ThrowIfAny()
    {
        if (Any) throw new InputException(faults, total);
    }
}
