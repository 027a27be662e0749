using System.Globalization;
using System.Text.Json;
using Attar.Augmentation;
using Attar.Data;
using Attar.Models.Heads;
using Attar.Workspaces;

namespace Attar.Labeling.Exchange;

/// <summary>Makes a label store of scores that another project's teacher gave; queries and products are those of the data folder.</summary>
/// <param name="Format">neural-ranking-kd, whose ids must be those of the data, or flag-embedding, whose identifiers must be, or texts where it has none (a product's title, or as it is exported).</param>
/// <param name="From">The file to read.</param>
/// <param name="Teacher">Who scored, a name of your choice.</param>
/// <param name="Transform">What the scores are.</param>
public sealed record ImportLabelsStage(LabelFormat Format, string From, string Teacher, ScoreTransform Transform = ScoreTransform.Logit) : Stage
{
    const int Chunk = 4096;

    public override string Title => "import labels";

    public override IEnumerable<string> Inputs(Workspace workspace) => [workspace.Data, Path.GetFullPath(From), .. Made(workspace) is { } made ? [made] : Array.Empty<string>()];

    public override IEnumerable<string> Outputs(Workspace workspace) => [workspace.Labels];

    public override void Run(StageContext context)
    {
        Workspace workspace = context.Workspace;
        Dataset data = DatasetFiles.Read(workspace.Data);
        if (Made(workspace) is not null) data = data with { Queries = [.. data.Queries, .. PairStore.ReadQueries(workspace.Pairs)] }; // those that were made are labelled too
        var faults = new FaultList();
        using var rows = new LineSort(Path.Combine(workspace.Root, ".sorting"));
        if (Format == LabelFormat.NeuralRankingKd) ReadTriples(data, rows, faults);
        else ReadLists(data, rows, faults);
        faults.ThrowIfAny();

        var stamp = new LabelStamp(Teacher, "", Format.ToString(), Transform, "", 0);
        LabelWriter writer = LabelWriter.Begin(workspace.Labels, new LabelManifest(stamp, LabelStore.HashOf(From), context.Clock.GetUtcNow(), LabelWriter.ShardPairs, []));
        foreach (var (index, slice) in Once(rows.Sorted()).Chunk(LabelWriter.ShardPairs).Index())
        {
            using LabelShardWriter shard = writer.Open(index, slice.Length, (_, _) => false);
            foreach (string[] lines in slice.Chunk(Chunk)) shard.Append(lines);
            shard.Seal();
            context.Cancel.ThrowIfCancellationRequested();
        }
        writer.Finish();
        context.Progress.Note($"{writer.Manifest.Count:N0} labels of {Teacher}");
    }

    /// <summary>Queries that were made beside those of the data, where there are any.</summary>
    static string? Made(Workspace workspace) => Path.Combine(workspace.Pairs, PairStore.Queries) is var path && File.Exists(path) ? path : null;

    void ReadTriples(Dataset data, LineSort rows, FaultList faults)
    {
        HashSet<string> queries = [.. data.Queries.Select(query => query.Id)], products = [.. data.Products.Select(product => product.Id)];
        using var lines = new Utf8Lines(From, faults, foreign: true);
        while (lines.Next(out var line))
        {
            string[] fields = System.Text.Encoding.UTF8.GetString(line).Split('\t');
            if (fields.Length != 5)
            {
                faults.Add(lines.Where, $"{fields.Length} fields; expected pos_score, neg_score, query_id, pos_id and neg_id separated by tabs; correct the line");
                continue;
            }
            if (!queries.Contains(fields[2])) faults.Add(lines.Where, $"unknown query '{fields[2]}'; expected an id of data/queries.jsonl; import the data that the scores belong to");
            for (int side = 0; side < 2; side++)
            {
                if (!products.Contains(fields[3 + side])) faults.Add(lines.Where, $"unknown product '{fields[3 + side]}'; expected an id of data/products.jsonl; import the data that the scores belong to");
                if (!float.TryParse(fields[side], NumberStyles.Float, CultureInfo.InvariantCulture, out float score) || !float.IsFinite(score))
                    faults.Add(lines.Where, $"score '{fields[side]}'; expected a number; correct the line");
                else rows.Add(Row(fields[2], fields[3 + side], score));
            }
        }
    }

    void ReadLists(Dataset data, LineSort rows, FaultList faults)
    {
        HashSet<string> queryIds = [.. data.Queries.Select(query => query.Id)], productIds = [.. data.Products.Select(product => product.Id)];
        Dictionary<string, string> queries = [], products = [];
        foreach (Query query in data.Queries) queries.TryAdd(query.Text, query.Id);
        foreach (Product product in data.Products) products.TryAdd(FlagEmbeddingLine.TextOf(product), product.Id);
        foreach (Product product in data.Products) products.TryAdd(product.Title, product.Id);
        using var lines = new Utf8Lines(From, faults, foreign: true);
        while (lines.Next(out var line))
        {
            FlagEmbeddingLine? list = null;
            try
            {
                list = JsonSerializer.Deserialize<FlagEmbeddingLine>(line);
            }
            catch (JsonException) { }
            if (list is not { Query: not null, Pos: not null, Neg: not null } || list.Pos.Concat(list.Neg).Any(text => text is null) || list.PosScores?.Length != list.Pos.Length || list.NegScores?.Length != list.Neg.Length)
            {
                faults.Add(lines.Where, $"expected a JSON object with a score for every text, such as {FlagEmbeddingLine.Example}; correct the line");
                continue;
            }
            string? query = list.QueryId is { } own && queryIds.Contains(own) ? own : null;
            if (query is null && !queries.TryGetValue(list.Query, out query)) faults.Add(lines.Where, $"unknown query '{list.Query}'; expected the text of one of data/queries.jsonl; import the data that the scores belong to");
            foreach (var (text, id, score) in Side(list.Pos, list.PosIds, list.PosScores).Concat(Side(list.Neg, list.NegIds, list.NegScores)))
            {
                string? product = id is not null && productIds.Contains(id) ? id : null;
                if (product is null && !products.TryGetValue(text, out product)) faults.Add(lines.Where, $"unknown product '{text}'; expected a title of data/products.jsonl, or the text that 'attar labels export' writes");
                else if (query is not null) rows.Add(Row(query, product, (float)score));
            }
        }
    }

    /// <summary>Texts with their scores, and identifiers where the line has one for each.</summary>
    static IEnumerable<(string Text, string? Id, double Score)> Side(string[] texts, string[]? ids, double[] scores) =>
        texts.Select((text, i) => (text, ids?.Length == texts.Length ? ids[i] : null, scores[i]));

    /// <summary>A label's line; what the teacher read is not known, so the fingerprint is a dash.</summary>
    static string Row(string query, string product, float score) => LabelStore.Line(new CandidatePair(query, product, ""), score, [], "-");

    /// <summary>Of the lines of a pair the first: it stands in as many as it has products to compare with.</summary>
    static IEnumerable<string> Once(IEnumerable<string> sorted)
    {
        string last = "";
        foreach (string line in sorted)
        {
            string pair = line[..(line.IndexOf('\t', line.IndexOf('\t') + 1) + 1)];
            if (pair != last) yield return line;
            last = pair;
        }
    }
}
