using Attar.Augmentation;
using Attar.Data;
using Attar.Endpoints;
using Attar.Labeling;
using Attar.Labeling.Endpoints;
using Attar.Recipes;
using Attar.Workspaces;

namespace Attar.Tests.Labeling.Endpoints;

/// <summary>A workspace of twelve products and two dozen queries of two words; people grade a product by the words it shares with the query.</summary>
sealed class LampShop : IDisposable, IProgressSink
{
    public const double Limit = 77; // seconds of a request

    static readonly string[] colours = ["red", "blue", "green", "white"], things = ["lamp", "chair", "table"];

    public LampShop(double[]? gains = null, int devQueries = 8)
    {
        Product[] products = [.. colours.SelectMany(colour => things.Select(thing => new Product($"{colour}-{thing}", $"{colour} {thing} made well")))];
        Query[] queries = [.. Enumerable.Range(0, 24).Select(i => new Query($"q{i:d2}", $"{colours[i % 4]} {things[i / 2 % 3]} {(i < 12 ? "nice" : "cheap")}{i}"))];
        Judgment[] judgments = [.. queries.Take(16).SelectMany(query => products.Where((_, p) => p % 2 == query.Id[2] % 2).Select(product => new Judgment(query.Id, product.Id, StandIn.Overlap(query.Text, product.Title))))];
        var splits = queries.Select((query, i) => (query.Id, Split: i < devQueries ? Split.Dev : Split.Train)).ToDictionary(entry => entry.Id, entry => entry.Split);
        DatasetFiles.Write(Workspace.Data, new Dataset(new GradeScale(gains ?? [0, .5, 1], 1.5), products, queries, judgments, splits));
        Pairs = [.. queries.Skip(8).SelectMany(query => products.Select(product => new CandidatePair(query.Id, product.Id, "top")))];
        PairStore.Write(Workspace.Pairs, Pairs);
        PairStore.WriteQueries(Workspace.Pairs, []);
        Texts = Pairs.ToDictionary(pair => (pair.QueryId, pair.ProductId), pair => (queries.Single(query => query.Id == pair.QueryId).Text, products.Single(product => product.Id == pair.ProductId).Title));
    }

    public Workspace Workspace { get; } = new(Directory.CreateTempSubdirectory("attar-endpoint-").FullName);

    public LeapingClock Clock { get; } = new(TimeSpan.FromSeconds(Limit));

    public CandidatePair[] Pairs { get; }

    public Dictionary<(string, string), (string Query, string Title)> Texts { get; }

    public List<string> Notes { get; } = [];

    public string LabelsFile => Path.Combine(Workspace.Labels, LabelStore.ShardName(0));

    public static TeacherEndpoint Endpoint(StandIn server, Protocol protocol, int concurrency = 4, int batch = 5) =>
        new(server.Address, protocol, Model: "m", Pace: new PaceOptions(concurrency, batch, Attempts: 8, TimeoutSeconds: Limit));

    /// <summary>As a recipe of this stage alone runs it.</summary>
    public void Label(TeacherEndpoint endpoint, CancellationToken cancel = default) =>
        RecipeRunner.Run(Recipe.Of(new LabelStage(Teacher: endpoint), 1), new StageContext(Workspace, 1, 2, this, Clock, cancel));

    /// <summary>Asserts that every pair has its label, in the order of the pairs and of the grade that its words deserve.</summary>
    public void AssertLabelled()
    {
        Label[] labels = [.. LabelStore.Read(Workspace.Labels)];
        Assert.Equal(Pairs.Select(pair => (pair.QueryId, pair.ProductId)), labels.Select(label => (label.QueryId, label.ProductId)));
        var byGrade = labels.ToLookup(label => Texts[(label.QueryId, label.ProductId)] is var (query, title) ? StandIn.Overlap(query, title) : 0, label => label.Score);
        Assert.Equal(3, byGrade.Count);
        Assert.All(byGrade, grade => Assert.Equal(grade.Min(), grade.Max(), 1e-4f));
        Assert.True(byGrade[0].First() < byGrade[1].First() && byGrade[1].First() < byGrade[2].First());
    }

    public void Report(string what, long done, long total, string detail = "") { }

    public void Note(string line)
    {
        lock (Notes) Notes.Add(line);
    }

    public void Dispose() => Directory.Delete(Workspace.Root, recursive: true);
}
