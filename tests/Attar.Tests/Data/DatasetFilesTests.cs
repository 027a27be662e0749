using System.Text;
using Attar.Data;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Data;

public sealed class DatasetFilesTests : IDisposable
{
    readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    static Dataset Example() => new(
        new GradeScale([0, 0.5, 1], 1.5),
        [new Product("p1", "Table 24\" café", "Norvik", "Furniture", "wood=oak", "Sturdy."), new Product("p2", "Lamp")],
        [new Query("q1", "oak table"), new Query("q2", "lámpara")],
        [new Judgment("q1", "p1", 1.33, [0, 2, 1], 2), new Judgment("q1", "p2", 0)],
        new Dictionary<string, Split> { ["q1"] = Split.Train, ["q2"] = Split.Test });

    [Fact]
    public void The_files_are_as_documented()
    {
        DatasetFiles.Write(folder.Root, Example());

        Assert.Equal(
            """
            {"id":"p1","title":"Table 24\" café","brand":"Norvik","category":"Furniture","attributes":"wood=oak","description":"Sturdy."}
            {"id":"p2","title":"Lamp","brand":"","category":"","attributes":"","description":""}

            """, File.ReadAllText(folder["products.jsonl"]));
        Assert.Equal("{\"id\":\"q1\",\"text\":\"oak table\"}\n{\"id\":\"q2\",\"text\":\"lámpara\"}\n", File.ReadAllText(folder["queries.jsonl"]));
        Assert.Equal("query_id\tproduct_id\trating\tvotes\ttruth\nq1\tp1\t1.33\t0,2,1\t2\nq1\tp2\t0\t\t\n", File.ReadAllText(folder["judgments.tsv"]));
        Assert.Equal("query_id\tsplit\nq1\ttrain\nq2\ttest\n", File.ReadAllText(folder["splits.tsv"]));
        Assert.Equal("{\"grades\":3,\"gains\":[0,0.5,1],\"positiveFrom\":1.5}\n", File.ReadAllText(folder["dataset.json"]));
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var text = ArbMap.Default.GeneratorFor<UnicodeString>().Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get))); // without halves of surrogate pairs
        var dataset =
            from titles in text.NonEmptyListOf()
            from texts in text.NonEmptyListOf()
            from grades in Gen.Choose(2, 5)
            from pairs in (from query in Gen.Choose(0, texts.Count - 1)
                           from product in Gen.Choose(0, titles.Count - 1)
                           from rating in Gen.Choose(0, 1000)
                           from votes in Gen.Choose(0, 9).ArrayOf(grades)
                           from kind in Gen.Choose(0, 2)
                           select (query, product, rating: rating * (grades - 1) / 1000.0, votes, kind)).ListOf()
            from splits in Gen.Elements(Enum.GetValues<Split>()).ArrayOf(texts.Count)
            select new Dataset(
                new GradeScale([.. Enumerable.Range(0, grades).Select(grade => grade / (grades - 1.0))], 1),
                [.. titles.Select((title, index) => new Product($"p{index}", title, Description: title))],
                [.. texts.Select((words, index) => new Query($"q{index}", "x" + words))],
                [.. pairs.DistinctBy(pair => (pair.query, pair.product)).Select(pair => new Judgment(
                    $"q{pair.query}", $"p{pair.product}", pair.rating, pair.kind == 0 || pair.votes.Sum() == 0 ? null : pair.votes, pair.kind == 1 ? pair.rating : null))],
                splits.Index().Where(entry => entry.Item != Split.Dev).ToDictionary(entry => $"q{entry.Index}", entry => entry.Item));

        Prop.ForAll(dataset.ToArbitrary(), written =>
        {
            DatasetFiles.Write(folder.Root, written);
            var read = DatasetFiles.Read(folder.Root);
            Assert.Equal(written.Products, read.Products);
            Assert.Equal(written.Queries, read.Queries);
            Assert.Equivalent(written.Judgments, read.Judgments, strict: true);
            Assert.Equal(written.Splits.OrderBy(split => split.Key), read.Splits.OrderBy(split => split.Key));
            Assert.Equal(written.Scale.Gains, read.Scale.Gains);
            Assert.Equal(written.Scale.PositiveFrom, read.Scale.PositiveFrom);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("products.jsonl", "{\"id\":\"p2\"", "{\"id\":\"p1\"", "products.jsonl:2: product 'p1' is there already")]
    [InlineData("products.jsonl", "{\"id\":\"p2\"", "{\"id\":\"p\\t2\"", "products.jsonl:2: product identifier 'p%092' has a tab")]
    [InlineData("products.jsonl", "{\"id\":\"p2\"", "{\"id\":\"\"", "products.jsonl:2: product without an identifier")]
    [InlineData("products.jsonl", "\"title\":\"Lamp\",", "", "products.jsonl:2: JSON deserialization for type 'Attar.Data.Product' was missing required properties including: 'title'")]
    [InlineData("products.jsonl", "\"title\":\"Lamp\"", "\"title\":7", "products.jsonl:2: The JSON value could not be converted to Attar.Data.Product (at $.title")]
    [InlineData("products.jsonl", "\"title\":\"Lamp\"", "\"title\":null", "products.jsonl:2: The constructor parameter 'Title' on type 'Attar.Data.Product' doesn't allow null values")]
    [InlineData("products.jsonl", "\"brand\":\"\"", "\"barnd\":\"\"", "products.jsonl:2: The JSON property 'barnd' could not be mapped")]
    [InlineData("queries.jsonl", "lámpara", " ", "queries.jsonl:2: query 'q2' has no text")]
    [InlineData("queries.jsonl", "{\"id\":\"q2\"", "{\"id\":\"q1\"", "queries.jsonl:2: query 'q1' is there already")]
    [InlineData("queries.jsonl", "\n{\"id\":\"q2\"", "\n\n{\"id\":\"q2\"", "queries.jsonl:2: The input does not contain any JSON tokens")]
    [InlineData("judgments.tsv", "\trating\t", "\tgrade\t", "judgments.tsv:1: no column 'rating'")]
    [InlineData("judgments.tsv", "\t1.33\t", "\t1,33\t", "judgments.tsv:2: rating '1,33' is not a finite number")]
    [InlineData("judgments.tsv", "\t1.33\t", "\tNaN\t", "judgments.tsv:2: rating 'NaN' is not a finite number")]
    [InlineData("judgments.tsv", "\t1.33\t", "\tInfinity\t", "judgments.tsv:2: rating 'Infinity' is not a finite number")]
    [InlineData("judgments.tsv", "\t1.33\t", "\t2.5\t", "judgments.tsv:2: rating 2.5 is out of range; expected 0 to 2")]
    [InlineData("judgments.tsv", "\t1.33\t", "\t-1\t", "judgments.tsv:2: rating -1 is out of range")]
    [InlineData("judgments.tsv", "\t0,2,1\t", "\t0,2\t", "judgments.tsv:2: votes '0,2'; expected 3 whole numbers")]
    [InlineData("judgments.tsv", "\t0,2,1\t", "\t0,-2,1\t", "judgments.tsv:2: votes '0,-2,1'")]
    [InlineData("judgments.tsv", "\t0,2,1\t", "\t0,0,0\t", "judgments.tsv:2: votes '0,0,0'")]
    [InlineData("judgments.tsv", "0,2,1\t2\n", "0,2,1\t3\n", "judgments.tsv:2: truth 3 is out of range")]
    [InlineData("judgments.tsv", "0,2,1\t2\n", "0,2,1\n", "judgments.tsv:2: 4 fields; expected 5")]
    [InlineData("judgments.tsv", "q1\tp2", "q1\tp1", "judgments.tsv:3: query 'q1' and product 'p1' are judged already on line 2")]
    [InlineData("judgments.tsv", "q1\tp2", "q1\tp9", "judgments.tsv:3: unknown product 'p9'")]
    [InlineData("judgments.tsv", "q1\tp2", "q9\tp2", "judgments.tsv:3: unknown query 'q9'")]
    [InlineData("judgments.tsv", "\tp2\t0\t\t\n", "\tp2", "judgments.tsv:3: the last line has no line break")]
    [InlineData("splits.tsv", "test", "validation", "splits.tsv:3: unknown split 'validation'; expected train, dev or test")]
    [InlineData("splits.tsv", "q2\t", "q9\t", "splits.tsv:3: unknown query 'q9'")]
    [InlineData("splits.tsv", "q2\t", "q1\t", "splits.tsv:3: query 'q1' has a split already")]
    [InlineData("dataset.json", "\"grades\":3", "\"grades\":4", "dataset.json: 4 grades and 3 gains")]
    [InlineData("dataset.json", "[0,0.5,1]", "[0,1,0.5]", "dataset.json: gains [0, 1, 0.5]; expected ascending")]
    [InlineData("dataset.json", "[0,0.5,1]", "[0,0.5,2]", "dataset.json: gains [0, 0.5, 2]")]
    [InlineData("dataset.json", "1.5}", "3}", "dataset.json: positiveFrom 3")]
    [InlineData("dataset.json", "1.5}", "", "dataset.json: ")]
    public void A_planted_fault_is_told_with_file_and_line(string file, string sound, string faulty, string expected)
    {
        DatasetFiles.Write(folder.Root, Example());
        string text = File.ReadAllText(folder[file]);
        Assert.Contains(sound, text);
        folder.Add(file, text.Replace(sound, faulty));

        string fault = Assert.Single(folder.FaultsOf(() => DatasetFiles.Read(folder.Root)));

        Assert.StartsWith(expected, fault);
        Assert.Contains("; expected ", fault);
    }

    [Theory]
    [InlineData("products.jsonl")]
    [InlineData("queries.jsonl")]
    [InlineData("judgments.tsv")]
    [InlineData("splits.tsv")]
    [InlineData("dataset.json")]
    public void A_file_that_is_missing_empty_or_not_UTF8_is_told(string file)
    {
        DatasetFiles.Write(folder.Root, Example());
        byte[] sound = File.ReadAllBytes(folder[file]);

        File.WriteAllBytes(folder[file], [0xFF, .. sound]);
        Assert.Contains(folder.FaultsOf(() => DatasetFiles.Read(folder.Root)), fault => fault.StartsWith(file));
        File.WriteAllBytes(folder[file], []);
        Assert.Contains(folder.FaultsOf(() => DatasetFiles.Read(folder.Root)), fault => fault.StartsWith(file));
        File.Delete(folder[file]);
        Assert.Contains(folder.FaultsOf(() => DatasetFiles.Read(folder.Root)), fault => fault.StartsWith($"{file}: no such file"));
    }

    [Fact]
    public void All_faults_of_the_files_are_told_together_up_to_twenty()
    {
        DatasetFiles.Write(folder.Root, Example());
        File.AppendAllText(folder["splits.tsv"], string.Concat(Enumerable.Repeat("q9\ttrain\n", 15)));
        File.AppendAllText(folder["judgments.tsv"], string.Concat(Enumerable.Repeat("q1\tp9\t1\t\t\n", 15)));

        var exception = Assert.Throws<InputException>(() => DatasetFiles.Read(folder.Root));

        Assert.Equal(20, exception.Faults.Count);
        Assert.Equal(30, exception.Total);
        Assert.EndsWith("... and 10 more faults", exception.Message);
    }
}
