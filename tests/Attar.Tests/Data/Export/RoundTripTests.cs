using Attar.Data;
using Attar.Data.Export;
using Attar.Tests.Data.Import;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Data.Export;

/// <summary>What is exported comes back as the same bytes, as far as the form has a place for it.</summary>
public sealed class RoundTripTests : IDisposable
{
    readonly ShopFiles shop = new();

    public void Dispose() => shop.Dispose();

    static Dataset Example(bool votes) => new(
        new GradeScale([0, 0.1, 1], 1.5),
        [new Product("p 1", "Table 24\" café", "Norvik", "Furniture", "wood=oak; legs=4", "Sturdy, of oak."), new Product("50%25", "Lamp", Kept: "price=9,99; 色=red"), new Product("3", "Sofa", Kept: "stock=2; 色=blue")],
        [new Query("q1", "oak table"), new Query("7", "lámpara, roja"), new Query("q3", "sofa")],
        [new Judgment("q1", "p 1", votes ? 4 / 3.0 : 1.33, votes ? [0, 2, 1] : null), new Judgment("q1", "50%25", 0, votes ? [3, 0, 0] : null), new Judgment("7", "50%25", 1, votes ? [0, 1, 0] : null)],
        new Dictionary<string, Split> { ["q1"] = Split.Train, ["7"] = Split.Test });

    const string Clicks = """
        {"user_query":"oak table","searches":7}
        {"user_query":"sofa","searches":1}
        {"user_query":"sofa","action_name":"click","event_attributes":{"object":{"object_id":"50%25"}},"count":3}
        {"user_query":"oak table","action_name":"purchase","event_attributes":{"object":{"object_id":"p 1"}},"count":1}

        """;

    string[] Bytes(string folder) => [.. new[] { DatasetFiles.Products, DatasetFiles.Queries, DatasetFiles.Judgments, DatasetFiles.Splits, DatasetFiles.Scale, DatasetFiles.Events }.Select(file => Path.Combine(folder, file)).Select(file => File.Exists(file) ? File.ReadAllText(file) : "")];

    /// <summary>Into a workspace of its own, whose data folder it answers.</summary>
    string ImportAgain(ImportStage stage)
    {
        using var again = new Folder();
        stage.Run(again.Context());
        if (Directory.Exists(shop.Folder["again"])) Directory.Delete(shop.Folder["again"], recursive: true);
        Directory.Move(again["data"], shop.Folder["again"]);
        return shop.Folder["again"];
    }

    void Export(DataFormat format, string to) => new ExportDataStage(format, shop.Folder[to]).Run(shop.Folder.Context());

    [Theory]
    [InlineData(DataFormat.Beir, false), InlineData(DataFormat.Csv, false), InlineData(DataFormat.Csv, true)]
    public void A_whole_shop_comes_back(DataFormat format, bool votes)
    {
        DatasetFiles.Write(shop.Folder["data"], Example(votes));
        shop.Add("data/events.jsonl", Clicks);
        Export(format, "out");
        Assert.Equal(Bytes(shop.Folder["data"]), Bytes(ImportAgain(new ImportStage("auto", shop.Folder["out"], format == DataFormat.Csv ? "split=split" : null))));
    }

    [Fact]
    public void What_shoppers_did_comes_back_beside_the_catalogue()
    {
        DatasetFiles.Write(shop.Folder["data"], Example(votes: false));
        Assert.Contains("events.jsonl: no such file", Assert.Single(shop.FaultsOf(() => Export(DataFormat.Ubi, "clicks.jsonl"))));
        shop.Add("data/events.jsonl", Clicks);
        Export(DataFormat.Ubi, "clicks.jsonl");
        string again = ImportAgain(new ImportStage(Products: [shop.Folder["data/products.jsonl"]], Queries: [shop.Folder["data/queries.jsonl"]], Events: [shop.Folder["clicks.jsonl"]]));
        Assert.Equal(Clicks, File.ReadAllText(Path.Combine(again, DatasetFiles.Events)));
    }

    [Theory]
    [InlineData(DataFormat.Qrels), InlineData(DataFormat.Quepid), InlineData(DataFormat.Srw), InlineData(DataFormat.Rre), InlineData(DataFormat.Letor)]
    public void Judgments_come_back_beside_the_catalogue_and_the_queries(DataFormat format)
    {
        // gains that rise evenly and splits by text are what such a form leaves an import to find out
        Dataset data = Example(votes: false) with { Scale = new GradeScale([0, 0.5, 1], 1.5), Splits = Example(votes: false).Queries.Take(2).ToDictionary(query => query.Id, query => QuerySplit.Of(query.Text)) };
        DatasetFiles.Write(shop.Folder["data"], data);
        Export(format, "judgments");
        Assert.Equal(Bytes(shop.Folder["data"]), Bytes(ImportAgain(new ImportStage(Grades: "0..2", Products: [shop.Folder["data/products.jsonl"]], Queries: [shop.Folder["data/queries.jsonl"]], Judgments: [shop.Folder["judgments"]]))));
    }

    [Theory]
    [InlineData(DataFormat.Book), InlineData(DataFormat.Csv)]
    public void Votes_come_back(DataFormat format)
    {
        Dataset data = Example(votes: true);
        DatasetFiles.Write(shop.Folder["data"], data);
        Export(format, "judgments");
        string file = format == DataFormat.Csv ? shop.Folder["judgments/judgments.csv"] : shop.Folder["judgments"];
        Dataset again = shop.Import(new ImportStage(Grades: "0..2", Products: [shop.Folder["data/products.jsonl"]], Queries: [shop.Folder["data/queries.jsonl"]], Judgments: [file]));
        Assert.Equal(data.Judgments.Select(judgment => (judgment.QueryId, judgment.ProductId, string.Join(',', judgment.Votes!))), again.Judgments.Select(judgment => (judgment.QueryId, judgment.ProductId, string.Join(',', judgment.Votes!))));
        Assert.All(data.Judgments.Zip(again.Judgments), pair => Assert.Equal(pair.First.Rating, pair.Second.Rating, 1e-9));
    }

    /// <summary>Their grades are words, so a mean comes back as the nearest grade.</summary>
    [Theory]
    [InlineData(DataFormat.Esci, 4), InlineData(DataFormat.Wands, 3)]
    public void Words_for_grades_come_back(DataFormat format, int grades)
    {
        Dataset data = Example(votes: false) with { Scale = new GradeScale([.. Enumerable.Range(0, grades).Select(grade => grade / (grades - 1d))], 1), Judgments = [new("q1", "p 1", grades - 1), new("q1", "50%25", .4), new("7", "50%25", 1)] };
        DatasetFiles.Write(shop.Folder["data"], data);
        Export(format, "out");
        Dataset again = shop.Import(format == DataFormat.Wands
            ? new ImportStage("wands", shop.Folder["out"])
            : new ImportStage(Products: [shop.Folder["data/products.jsonl"]], Queries: [shop.Folder["data/queries.jsonl"]], Judgments: [shop.Folder["out"]]));
        Assert.Equal([grades - 1, 0, 1], again.Judgments.Select(judgment => judgment.Rating));
        Assert.Equal(data.Judgments.Select(judgment => (judgment.QueryId, judgment.ProductId)), again.Judgments.Select(judgment => (judgment.QueryId, judgment.ProductId)));
        Assert.Equal(grades, again.Scale.Grades);
        DatasetFiles.Write(shop.Folder["data"], data with { Scale = new GradeScale([0, 1], 1), Judgments = [] });
        Assert.Contains($"has {grades} grades", Assert.Throws<InputException>(() => Export(format, "other")).Message);
    }

    [Fact]
    public void Any_identifiers_and_texts_come_back() => Check.QuickThrowOnFailure(Prop.ForAll(Gen.Elements("a b", "ü%20", "x,y", "\"q\"", "漢 字", "=1+1", "'", "#", "%").NonEmptyListOf().ToArbitrary(), texts =>
    {
        string[] ids = [.. texts.Distinct()];
        var data = new Dataset(new GradeScale([0, 1], 1), [.. ids.Select(id => new Product(id, $"Title {id}"))], [.. ids.Select((id, i) => new Query(id, $"query {i} {id}"))],
            [.. ids.Select((id, i) => new Judgment(id, id, i % 2))], ids.ToDictionary(id => id, _ => Split.Train));
        DatasetFiles.Write(shop.Folder["data"], data);
        foreach (DataFormat format in (DataFormat[])[DataFormat.Beir, DataFormat.Csv])
        {
            if (Directory.Exists(shop.Folder["out"])) Directory.Delete(shop.Folder["out"], recursive: true);
            Export(format, "out");
            DatasetFiles.Write(shop.Folder["again"], shop.Import(new ImportStage("auto", shop.Folder["out"], format == DataFormat.Csv ? "split=split" : null)));
            Assert.Equal(Bytes(shop.Folder["data"]), Bytes(shop.Folder["again"]));
        }
    }));
}
