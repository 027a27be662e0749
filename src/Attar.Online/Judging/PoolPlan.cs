using Attar.Data;
using Attar.Evaluation;
using Attar.Retrieval;
using Attar.Workspaces;

namespace Attar.Online.Judging;

/// <summary>Whose lists are judged, of which queries, how deep, and by how many.</summary>
/// <param name="Systems">As <c>evaluate</c> names them; a <c>NAME=FILE.run</c> brings its own lists, all others order what BM25 finds.</param>
/// <param name="Sample">Share of the products between <paramref name="Depth"/> and <paramref name="DownTo"/>; 0: none.</param>
/// <param name="Candidates">What BM25 finds and the other systems order.</param>
/// <param name="Split">test, dev, train, unjudged, or all.</param>
/// <param name="Queries">As many, drawn by the seed.</param>
/// <param name="Guideline">For raters, what each grade means.</param>
/// <param name="Grades">Their names, the worst first; null: usual ones.</param>
public sealed record PoolPlan(
    string Name, JudgingKind Kind, string[] Systems, int Depth = 10, double Sample = 0, int DownTo = 50, int Candidates = 100, string Split = "all", int Queries = 50,
    int Raters = 1, double Repeated = .1, string Guideline = "", string[]? Grades = null)
{
    /// <summary>The task and its items: products of a query once, whoever found them; two lists only where they differ.</summary>
    /// <exception cref="InputException"/>
    public (JudgingTask Task, IReadOnlyList<JudgingItem> Items) Make(Workspace workspace, int threads, ulong seed, IProgressSink progress, CancellationToken cancel)
    {
        Check();
        Dataset data = DatasetFiles.Read(workspace.Data);
        string[] grades = Grades ?? JudgingTask.UsualGrades(data.Scale.Grades);
        if (grades.Length != data.Scale.Grades) throw new InputException("--grades", $"found {grades.Length} names; expected {data.Scale.Grades}, as the data has grades, the worst first");
        NamedSystem[] systems = NamedSystem.ParseAll(Systems);
        var rankers = systems.ToDictionary(system => system.Name, system => Lists.Of(system, workspace, data, threads));
        JudgingTask task = new(Name, Kind, grades, data.Scale, Guideline, [.. rankers.Keys], Depth, Sample > 0 ? DownTo : Depth, Raters, Repeated);
        var known = data.Judgments.ToDictionary(judgment => (judgment.QueryId, judgment.ProductId), judgment => judgment.Rating);
        ISearch index = new Bm25Index(data.Products);
        List<JudgingItem> items = [];
        Query[] asked = Drawn(data, seed);
        for (int q = 0; q < asked.Length; q++)
        {
            cancel.ThrowIfCancellationRequested();
            progress.Report("pool", q, asked.Length);
            IReadOnlyList<Product> found = [.. index.Search(asked[q].Text, Candidates).Select(hit => hit.Product)];
            items.AddRange(ItemsOf(task, asked[q], rankers.ToDictionary(ranker => ranker.Key, ranker => ranker.Value.Of(asked[q], found)), known, $"{seed} {asked[q].Id}"));
        }
        progress.Report("pool", asked.Length, asked.Length);
        return (task, items);
    }

    IEnumerable<JudgingItem> ItemsOf(JudgingTask task, Query query, Dictionary<string, IReadOnlyList<string>> lists, Dictionary<(string, string), double> known, string salt)
    {
        string text = query.Text.Replace("\0", ""); // PostgreSQL's texts hold no zero
        if (Kind == JudgingKind.Grade)
            return Pool.Of(lists, Depth, Sample, task.DownTo, salt).Select(one => new JudgingItem(query.Id, text, [[one.Product]], one.Ranks, one.Share, known.TryGetValue((query.Id, one.Product), out double rating) ? rating : null));
        string[][] sides = [.. task.Systems.Select(system => lists[system].Take(Depth).ToArray())];
        return sides[0].Length == 0 || sides[0].SequenceEqual(sides[1]) ? [] : [new JudgingItem(query.Id, text, sides)];
    }

    Query[] Drawn(Dataset data, ulong seed)
    {
        HashSet<string> judged = [.. data.Judgments.Select(judgment => judgment.QueryId)];
        Query[] open = [.. data.Queries.Where(query => Split switch
        {
            "all" => true,
            "unjudged" => !judged.Contains(query.Id),
            _ => judged.Contains(query.Id) && DatasetFiles.SplitName(data.Splits.GetValueOrDefault(query.Id)) == Split,
        })];
        if (open.Length == 0) throw new InputException("--split", $"no query is {(Split == "all" ? "there" : Split)}; choose others");
        new Random((int)seed).Shuffle(open);
        return [.. open.Take(Queries)];
    }

    void Check()
    {
        var faults = new FaultList();
        if (Name.Length is 0 or > 64 || !Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') || Name is "." or "..") faults.Add("--name", $"found '{Name}'; expected 1 to 64 letters, digits, '-', '_' and '.'");
        if (Split is not ("all" or "unjudged" or "test" or "dev" or "train")) faults.Add("--split", $"found '{Split}'; expected test, dev, train, unjudged or all");
        if (Sample is not (>= 0 and <= 1)) faults.Add("--sample", $"found {Sample}; expected a share from 0 to 1");
        if (Repeated is not (>= 0 and <= 1)) faults.Add("--repeat", $"found {Repeated}; expected a share from 0 to 1");
        if (Sample > 0 && DownTo <= Depth) faults.Add("--down-to", $"found {DownTo}; expected more than the depth, {Depth}");
        if (Kind == JudgingKind.Compare && Systems.Length != 2) faults.Add("--systems", $"found {Systems.Length}; expected the two whose lists are compared");
        if (Systems.Length == 0) faults.Add("--systems", "found none; expected such as bm25,student");
        faults.ThrowIfAny();
    }
}
