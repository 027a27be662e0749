using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Attar.Augmentation;
using Attar.Data;

namespace Attar.Labeling;

/// <summary>What the teacher says of one unjudged pair.</summary>
/// <param name="Distribution">(grades); null unless asked for.</param>
public sealed record Label(string QueryId, string ProductId, float Score, double[]? Distribution = null);

/// <summary>
/// A labels folder: shards <c>labels-00000.tsv</c> ... in the order of the pairs, and <see cref="LabelManifest"/>.
/// A shard has a header and the columns query_id, product_id, score, p0, p1 ... and text, a fingerprint of what the teacher read.
/// </summary>
public static partial class LabelStore
{
    /// <summary>Pairs that could not be labelled, with header <c>query_id product_id reason</c>; there is none where all were.</summary>
    public const string DeadLetters = "dead-letters.tsv";

    const string Dead = "dead: ";

    /// <summary>The file name of a shard.</summary>
    public static string ShardName(int shard) => $"labels-{shard:00000}.tsv";

    /// <summary>The first line of a shard.</summary>
    internal static string Header(LabelStamp stamp) => $"query_id\tproduct_id\tscore\t{string.Concat(Enumerable.Range(0, stamp.Grades).Select(k => $"p{k}\t"))}{(stamp.Cascade is null ? "" : "asked\t")}text";

    /// <summary>Whether a file is a shard, whole or growing, and so no one else's.</summary>
    internal static bool IsShard(string file) => ShardFile().IsMatch(file);

    /// <summary>What is wrong with a label; null where nothing is.</summary>
    internal static string? Fault(double score, ReadOnlySpan<double> distribution)
    {
        if (!float.IsFinite((float)score)) return string.Create(CultureInfo.InvariantCulture, $"the teacher's score is {score}");
        foreach (double p in distribution)
            if (!(p is >= 0 and <= 1.001)) return string.Create(CultureInfo.InvariantCulture, $"a probability that the teacher gives is {p}");
        return null;
    }

    /// <summary>The line of a pair that could not be labelled: it keeps the pair's place, has no numbers, and is no label to any reader.</summary>
    internal static string DeadLine(CandidatePair pair, string reason, LabelStamp stamp) =>
        $"{pair.QueryId}\t{pair.ProductId}\t{new string('\t', NumbersOf(stamp))}{Dead}{string.Concat(reason.Take(200).Select(c => char.IsControl(c) ? ' ' : c))}";

    internal static bool IsDead(string line) => line.AsSpan(line.LastIndexOf('\t') + 1).StartsWith(Dead, StringComparison.Ordinal);

    /// <summary>Why a pair could not be labelled.</summary>
    internal static string ReasonOf(string dead) => dead[(dead.LastIndexOf('\t') + 1 + Dead.Length)..];

    /// <summary>One pair's line of a shard, without its line break.</summary>
    /// <param name="distribution">(grades)</param>
    /// <param name="text">Of <see cref="TextPrints"/>.</param>
    /// <param name="asked">Of a cascade, whether the dear teacher was.</param>
    /// <exception cref="StageFailedException">No reader would take the line; see <see cref="Fault"/>.</exception>
    internal static string Line(CandidatePair pair, double score, ReadOnlySpan<double> distribution, string text, bool? asked = null)
    {
        if (Fault(score, distribution) is { } fault) throw new StageFailedException($"label: query {pair.QueryId} and product {pair.ProductId}: {fault}; train the teacher again, or name another");
        var line = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
        line.AppendLiteral(pair.QueryId);
        line.AppendLiteral("\t");
        line.AppendLiteral(pair.ProductId);
        line.AppendLiteral("\t");
        line.AppendFormatted((float)score, "R");
        foreach (double p in distribution)
        {
            line.AppendLiteral("\t");
            line.AppendFormatted(p, "F4");
        }
        if (asked is { } was) line.AppendLiteral(was ? "\t1" : "\t0");
        line.AppendLiteral("\t");
        line.AppendLiteral(text);
        return line.ToStringAndClear();
    }

    /// <summary>Whether a line, perhaps of a process that was killed, is the whole label of a pair.</summary>
    internal static bool IsLabelOf(string line, CandidatePair pair, string text, LabelStamp stamp) =>
        line.StartsWith($"{pair.QueryId}\t{pair.ProductId}\t", StringComparison.Ordinal) && (line.EndsWith("\t" + text, StringComparison.Ordinal) || IsDead(line)) && IsSound(line, stamp);

    internal static bool IsSound(string line, LabelStamp stamp)
    {
        string[] fields = line.Split('\t');
        return fields.Length == NumbersOf(stamp) + 3 && (IsDead(line) ? fields[2..^1].All(number => number.Length == 0) : fields[2..^1].All(number => float.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)));
    }

    /// <summary>Whether a line of a cascade is of the dear teacher too.</summary>
    internal static bool WasAsked(string line) => line.AsSpan(0, line.LastIndexOf('\t')).EndsWith("\t1", StringComparison.Ordinal);

    /// <summary>Columns between the identifiers and the text.</summary>
    static int NumbersOf(LabelStamp stamp) => 1 + stamp.Grades + (stamp.Cascade is null ? 0 : 1);

    /// <summary>All labels, a query's together, in the order of the pairs; every shard is checked before the first label comes.</summary>
    /// <exception cref="InputException">when labelling is not finished, a shard is not the one the manifest describes, or a line is damaged.</exception>
    public static IEnumerable<Label> Read(string folder, bool distributions = false)
    {
        LabelManifest manifest = LabelManifest.Read(folder);
        if (manifest.Count is null) throw new InputException(folder, "labelling is not finished; run 'attar label' again to go on from there");
        var faults = new FaultList();
        foreach (LabelShard shard in manifest.Shards.Where(shard => !IsSound(folder, shard)))
        {
            string path = Path.Combine(folder, shard.File);
            if (File.Exists(path)) File.SetLastWriteTimeUtc(path, DateTime.UtcNow); // so that 'attar label' looks at it again, even where a disk changed it behind everyone's back
            faults.Add(path, "is not the file its manifest describes; run 'attar label' again, which makes only this shard anew");
        }
        faults.ThrowIfAny();
        return manifest.Shards.SelectMany(shard => Rows(Path.Combine(folder, shard.File), distributions ? manifest.Stamp.Grades : 0));
    }

    /// <summary>Labels that stand together, query by query.</summary>
    public static IEnumerable<List<Label>> ByQuery(IEnumerable<Label> labels)
    {
        List<Label> group = [];
        foreach (Label label in labels)
        {
            if (group.Count > 0 && group[0].QueryId != label.QueryId)
            {
                yield return group;
                group = [];
            }
            group.Add(label);
        }
        if (group.Count > 0) yield return group;
    }

    /// <summary>Whether a shard is there with the bytes it was written with.</summary>
    internal static bool IsSound(string folder, LabelShard shard) => Path.Combine(folder, shard.File) is var path && File.Exists(path) && HashOf(path) == shard.Sha256;

    static IEnumerable<Label> Rows(string path, int grades)
    {
        string[] columns = [.. Enumerable.Range(0, grades).Select(k => $"p{k}")];
        var faults = new FaultList();
        using var table = new TsvTable(path, faults, ["query_id", "product_id", "score", .. columns]);
        while (table.Next())
        {
            if (table["score"].Length == 0 && table["text"].StartsWith(Dead, StringComparison.Ordinal)) continue;
            if (!float.TryParse(table["score"], NumberStyles.Float, CultureInfo.InvariantCulture, out float score) || !float.IsFinite(score))
                faults.Add(table.Where, $"score: expected a number, found '{table["score"]}'; run 'attar label' again");
            double[]? distribution = grades == 0 ? null : new double[grades];
            for (int k = 0; k < grades; k++) table.TryNumber(columns[k], out distribution![k]);
            yield return new Label(table["query_id"], table["product_id"], score, distribution);
        }
        faults.ThrowIfAny();
    }

    [GeneratedRegex(@"^labels-\d{5,}\.tsv(\.part)?$")]
    private static partial Regex ShardFile();

    /// <summary>SHA-256 of a file.</summary>
    public static string HashOf(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>SHA-256 of several files, by their hashes and names; one that is not there counts as such.</summary>
    internal static string HashOf(IEnumerable<string> paths) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(paths.Select(path => $"{(File.Exists(path) ? HashOf(path) : "missing")}  {Path.GetFileName(path)}\n")))));
}
