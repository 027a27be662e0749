using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Attar.Augmentation;
using Attar.Data;
using Attar.Models.Heads;
using Attar.Workspaces;

namespace Attar.Labeling.Exchange;

/// <summary>Writes the labels for other projects to train with.</summary>
/// <param name="Format">
/// neural-ranking-kd: a query's best product against each other one, which keeps every margin.
/// flag-embedding: products from half the gain on are positives; where none has as much the best one alone, where all have as much all but the worst.
/// </param>
/// <param name="To">The file to write.</param>
/// <param name="Round">Whose labels.</param>
public sealed record ExportLabelsStage(LabelFormat Format, string To, int Round = 1) : Stage
{
    static readonly JsonSerializerOptions json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override string Title => $"export labels {To}";

    public override IEnumerable<string> Inputs(Workspace workspace) => workspace.Round(Round) is var own && Format == LabelFormat.NeuralRankingKd ? [own.Labels] : [own.Labels, own.Data, own.Pairs];

    public override IEnumerable<string> Outputs(Workspace workspace) => [Path.GetFullPath(To)];

    public override void Run(StageContext context)
    {
        Workspace workspace = context.Workspace.Round(Round);
        double half = LabelManifest.Read(workspace.Labels).Stamp.Transform == ScoreTransform.ExpectedGain ? .5 : 0;
        long lists = 0, alone = 0, even = 0;
        IEnumerable<List<Label>> labels = LabelStore.ByQuery(LabelStore.Read(workspace.Labels));
        if (Format == LabelFormat.NeuralRankingKd) AtomicFile.WriteText(To, writer => Each(list => Triples(list, writer)));
        else
        {
            Dataset data = DatasetFiles.Read(workspace.Data);
            Dictionary<string, string> queries = data.Queries.Concat(PairStore.ReadQueries(workspace.Pairs)).ToDictionary(query => query.Id, query => query.Text);
            Dictionary<string, string> products = data.Products.ToDictionary(product => product.Id, FlagEmbeddingLine.TextOf);
            AtomicFile.WriteText(To, writer => Each(list => writer.WriteLine(JsonSerializer.Serialize(Line(list, queries[list[0].QueryId], products, half), json))));
        }
        context.Progress.Note($"{lists:N0} queries written to {To}; {alone:N0} left out that have one product only{(even > 0 ? $", {even:N0} whose products have one score" : "")}");

        void Each(Action<List<Label>> write)
        {
            foreach (List<Label> list in labels)
            {
                context.Cancel.ThrowIfCancellationRequested();
                if (list.Count < 2) alone++;
                else if (Format == LabelFormat.FlagEmbedding && list.All(label => label.Score == list[0].Score)) even++; // a line needs both sides
                else
                {
                    write(list);
                    lists++;
                }
            }
        }
    }

    static void Triples(List<Label> list, TextWriter writer)
    {
        Label best = list.MaxBy(label => label.Score)!;
        foreach (Label other in list)
            if (other != best) writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{best.Score:R}\t{other.Score:R}\t{best.QueryId}\t{best.ProductId}\t{other.ProductId}"));
    }

    static FlagEmbeddingLine Line(List<Label> list, string query, Dictionary<string, string> products, double half)
    {
        double worst = list.Min(label => label.Score), from = worst >= half ? list.Where(label => label.Score > worst).Min(label => label.Score) : Math.Min(half, list.Max(label => label.Score));
        Label[] positive = [.. list.Where(label => label.Score >= from)], negative = [.. list.Where(label => label.Score < from)];
        return new(query, Texts(positive), Texts(negative), Scores(positive), Scores(negative), list[0].QueryId, Ids(positive), Ids(negative));
        static string[] Ids(Label[] labels) => [.. labels.Select(label => label.ProductId)];
        string[] Texts(Label[] labels) => [.. labels.Select(label => products[label.ProductId])];
        static double[] Scores(Label[] labels) => [.. labels.Select(label => double.Parse($"{label.Score:R}", CultureInfo.InvariantCulture))];
    }
}
