using System.Globalization;

namespace Attar.Workspaces;

/// <summary>Which parts of a work one of several workers does.</summary>
/// <param name="Of">How many parts there are.</param>
/// <param name="Index">From 0; null takes, one after another, parts that nobody has done or is doing.</param>
public readonly record struct ShardChoice(int Of, int? Index)
{
    const int Most = 99_999;

    /// <summary>How array-job runners tell a worker its place: the variable, the one with the lowest place, and whether places count from 0.</summary>
    static readonly (string Place, string? First)[] runners =
    [
        ("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN"), // https://slurm.schedmd.com/job_array.html
        ("JOB_COMPLETION_INDEX", null), // https://kubernetes.io/docs/tasks/job/indexed-parallel-processing-static/
    ];

    /// <param name="text"><c>3/16</c>; <c>/16</c> takes the place from Slurm's or Kubernetes' variable, and without one, as under mpirun, whatever is open.</param>
    /// <param name="variable">A variable of the environment, null where it is not set.</param>
    /// <exception cref="InputException"/>
    public static ShardChoice Parse(string text, Func<string, string?> variable)
    {
        string[] sides = text.Split('/');
        if (sides.Length != 2 || !Whole(sides[1], out int of) || of is < 1 or > Most)
            throw new InputException("--shard", $"'{text}'; expected a part and how many there are, such as 0/16, or /16 for the part that Slurm or Kubernetes names, or else the next that is open");
        if (sides[0].Length > 0) return Checked(sides[0], 0, of, "--shard");
        foreach ((string place, string? first) in runners)
            if (variable(place) is { Length: > 0 } given)
                return Checked(given, first is not null && Whole(variable(first) ?? "", out int lowest) ? lowest : 0, of, place);
        return new(of, null);
    }

    /// <summary>Those to look at, in their order.</summary>
    public IEnumerable<int> Parts => Index is { } one ? [one] : Enumerable.Range(0, Of);

    /// <summary>The name of a part's files.</summary>
    public static string NameOf(int index, int of) => $"part-{index:00000}-of-{of:00000}";

    /// <summary>The first item of a part; of the part behind the last one, the number of items.</summary>
    public static long First(int index, int of, long items) => (long)((Int128)items * index / of);

    /// <summary>Keeps others from a part; the operating system holds the claim while the process lives.</summary>
    /// <param name="path">Of the part's files, without an ending.</param>
    /// <returns>Null where another worker is at it and any part is wanted.</returns>
    /// <exception cref="InputException">Another worker is at the one that was asked for.</exception>
    internal FileStream? Claim(string path)
    {
        string claim = path + ".lock";
        if (OwnedPath.IsLink(claim)) File.Delete(claim);
        try
        {
            return new FileStream(claim, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(claim))
        {
            return Index is null ? null : throw new InputException(path, "another worker is at this part; wait for it, or take another");
        }
    }

    static ShardChoice Checked(string text, int first, int of, string where) =>
        Whole(text, out int index) && index - first >= 0 && index - first < of ? new(of, index - first)
        : throw new InputException(where, $"'{text}'; expected a number from {first} to {first + of - 1}, for there are {of} parts");

    static bool Whole(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
