using Attar.Data;
using Attar.Evaluation;
using Attar.Retrieval;
using Attar.Workspaces;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Evaluation;

/// <summary>Judged queries and systems without a model behind them.</summary>
static class MadeUp
{
    public static readonly GradeScale Scale = new([0, .5, 1], 1.5);

    /// <summary>Scores and whole ratings 0..3 of one to twenty products, with many ties.</summary>
    public static Arbitrary<(float Score, int Rating)[]> Ranked { get; } =
        Gen.Choose(-6, 6).SelectMany(_ => Gen.Choose(0, 3), (score, rating) => (score / 2f, rating)).NonEmptyListOf().Select(list => list.Take(20).ToArray()).ToArbitrary();

    public static JudgedQuery Query(string id, params double[] ratings) => new(
        new Query(id, "query " + id),
        [.. ratings.Select((_, p) => new Product($"p{p}", $"title {p}"))],
        ratings, [.. ratings.Select(Scale.Gain)]);

    /// <summary>A shop in which every query has eight products with random grades; every fifth query is for training.</summary>
    public static Dataset Shop(int queries, int seed = 1)
    {
        var random = new Random(seed);
        Product[] products = [.. Enumerable.Range(0, 200).Select(p => new Product($"p{p:000}", $"product {p}"))];
        Query[] asked = [.. Enumerable.Range(0, queries).Select(q => new Query($"q{q:0000}", $"query {q}"))];
        Judgment[] judgments = [.. asked.SelectMany(query => Enumerable.Range(0, 8).Select(p =>
        {
            int truth = random.Next(3);
            double rating = Math.Clamp(truth + Math.Round(random.NextDouble() - .5, 1), 0, 2);
            return new Judgment(query.Id, products[random.Next(25) * 8 + p].Id, rating, Truth: truth);
        }))];
        return new Dataset(Scale, products, asked, judgments, asked.Select((query, q) => (query, q)).ToDictionary(at => at.query.Id, at => at.q % 5 == 4 ? Split.Train : Split.Test));
    }

    public static StageContext Context(string workspace, Notes? notes = null) =>
        new(new Workspace(workspace), 7, 1, notes ?? new Notes(), TimeProvider.System, CancellationToken.None);

    /// <summary>Knows the truth and blurs it; the larger the noise, the worse the system.</summary>
    public sealed class Reranker(string name, Dataset shop, double noise) : IReranker, IDisposable
    {
        readonly Dictionary<(string, string), double> truth = shop.Queries.Join(shop.Judgments, q => q.Id, j => j.QueryId, (q, j) => ((q.Text, j.ProductId), j.Truth!.Value)).DistinctBy(at => at.Item1).ToDictionary();
        readonly Random random = new(name.Length);

        public string Name => name;

        public bool Disposed { get; private set; }

        public float[] Score(string query, IReadOnlyList<Product> products) =>
            [.. products.Select(product => (float)(truth.GetValueOrDefault((query, product.Id)) - 1 + noise * (random.NextDouble() - .5)))];

        public void Dispose() => Disposed = true;
    }

    /// <summary>Answers whatever the test wants it to.</summary>
    public sealed class Answering(string name, Func<IReadOnlyList<Product>, float[]> answer) : IReranker
    {
        public string Name => name;

        public float[] Score(string query, IReadOnlyList<Product> products) => answer(products);
    }

    public sealed class Notes : IProgressSink
    {
        public List<string> Lines { get; } = [];

        public void Report(string what, long done, long total, string detail = "") { }

        public void Note(string line) => Lines.Add(line);
    }

    /// <summary>A new folder that is removed with the test.</summary>
    public sealed class Folder : IDisposable
    {
        public string Root { get; } = Directory.CreateTempSubdirectory("attar-evaluation-").FullName;

        public string At(string name) => Path.Combine(Root, name);

        public string Write(string name, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
            File.WriteAllText(At(name), text);
            return At(name);
        }

        public void Dispose() => Directory.Delete(Root, recursive: true);
    }
}
