using System.Globalization;
using System.Text.Json;
using Attar.Workspaces;

namespace Attar.Labeling.Cascading;

/// <summary>What a cascade came to, <c>audit/cascade.json</c>.</summary>
/// <param name="Pairs">Labelled; those of <paramref name="AskedPairs"/> by the dear teacher too.</param>
/// <param name="Dev">What asking changes, on judged dev pairs; null where there are none.</param>
/// <param name="Teachers">The dear one last; in this run, or by all workers.</param>
public sealed record CascadeReport(long Queries, long AskedQueries, long Pairs, long AskedPairs, CascadeAgreement? Dev, IReadOnlyList<TeacherPace> Teachers)
{
    /// <summary>The same with what a store holds.</summary>
    internal CascadeReport Counted(string labels)
    {
        LabelManifest manifest = LabelManifest.Read(labels);
        long queries = 0, askedQueries = 0, pairs = 0, askedPairs = 0;
        string query = "";
        foreach (string line in manifest.Shards.SelectMany(shard => File.ReadLines(Path.Combine(labels, shard.File)).Skip(1)).Where(line => !LabelStore.IsDead(line)))
        {
            bool asked = LabelStore.WasAsked(line), next = !line.StartsWith(query + "\t", StringComparison.Ordinal) || query.Length == 0;
            if (next) query = line[..line.IndexOf('\t')];
            pairs++;
            if (asked) askedPairs++;
            if (next) queries++;
            if (next && asked) askedQueries++;
        }
        return this with { Queries = queries, AskedQueries = askedQueries, Pairs = pairs, AskedPairs = askedPairs };
    }

    /// <summary>That of several workers.</summary>
    internal static CascadeReport Joined(IReadOnlyList<CascadeReport> reports) => reports[0] with
    {
        Teachers = [.. reports[0].Teachers.Select((teacher, i) => teacher with { Pairs = reports.Sum(report => report.Teachers[i].Pairs), Seconds = Math.Round(reports.Sum(report => report.Teachers[i].Seconds), 3) })],
    };

    internal IEnumerable<string> Lines()
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"label: asked {Teachers[^1].Name} about {AskedQueries:n0} of {Queries:n0} queries, {AskedPairs:n0} of {Pairs:n0} pairs ({(Pairs == 0 ? 0 : (double)AskedPairs / Pairs):p1})");
        foreach (TeacherPace teacher in Teachers.Where(teacher => teacher.Seconds > 0))
            yield return string.Create(CultureInfo.InvariantCulture, $"  {teacher.Name}: {teacher.Pairs:n0} pairs in {teacher.Seconds:n1} s, {teacher.Pairs / teacher.Seconds:n0}/s");
        foreach (string line in Dev?.Lines() ?? ["  without dev judgments: teachers count alike, and what asking changes is not known"]) yield return line;
    }

    internal void Write(string folder) => AtomicFile.WriteText(Path.Combine(folder, "cascade.json"), writer => writer.WriteLine(JsonSerializer.Serialize(this, RecordJson.Options)));
}

/// <param name="Seconds">That it took for them, those to weigh it and to find the doubt from which to ask among them.</param>
public sealed record TeacherPace(string Name, long Pairs, double Seconds);
