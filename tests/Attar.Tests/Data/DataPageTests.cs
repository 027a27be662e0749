using System.Text.RegularExpressions;
using Attar.Data;
using Attar.Data.Import;
using Attar.Tests.Data.Import;

namespace Attar.Tests.Data;

/// <summary>Every example of docs/data.md is imported.</summary>
public sealed partial class DataPageTests : IDisposable
{
    readonly ShopFiles shop = new();

    public void Dispose() => shop.Dispose();

    static string Page()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Attar.slnx"))) folder = Path.GetDirectoryName(folder)!;
        return File.ReadAllText(Path.Combine(folder, "docs", "data.md"));
    }

    [GeneratedRegex(@"^```\w+ file=(\S+) as=(\w+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();

    public static TheoryData<string, string, string> Examples()
    {
        var examples = new TheoryData<string, string, string>();
        foreach (Match match in Example().Matches(Page().ReplaceLineEndings("\n"))) examples.Add(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);
        return examples;
    }

    [Fact]
    public void Every_role_has_examples() => Assert.True(Example().Matches(Page().ReplaceLineEndings("\n")).CountBy(match => match.Groups[2].Value).ToDictionary() is var counts
        && counts["products"] >= 10 && counts["judgments"] >= 13 && counts["queries"] >= 2 && counts["events"] >= 2);

    [Theory, MemberData(nameof(Examples))]
    public void An_example_is_imported_and_its_kind_is_found_out(string file, string role, string text)
    {
        string Base(string name, string content) => shop.Add("base/" + name, content);
        string path = shop.Add(file, text);
        string[] products = role == "products" ? [path] : [Base("products.csv", "id,title\np1,Oak table\np2,Desk lamp\np 3,Sofa\n")];
        string[] queries = role == "queries" ? [path] : [Base("queries.csv", "query_id,query\nq1,oak table\nq2,desk lamp\n")];
        var stage = new ImportStage(Products: products, Queries: queries, Judgments: role == "judgments" ? [path] : null, Events: role == "events" ? [path] : null);
        var (data, events) = new ShopImport(stage, shop.Folder, TestContext.Current.CancellationToken).Run();

        Assert.True(data.Products.Count >= 2 && data.Products[0].Id == "p1" && data.Products[0].Title == "Oak table");
        Assert.Contains(data.Queries, query => query.Text == "oak table");
        if (role == "judgments") Assert.True(data.Judgments.Count >= 2 && data.Judgments[0] is { ProductId: "p1", Rating: > 0 });
        Assert.Equal(role == "events", events is not null);

        shop.Notes.Clear();
        Inspection.Of([path], null, null, shop.Folder, TestContext.Current.CancellationToken);
        Assert.Contains($", as {role}: --map ", shop.Notes[0]);
    }
}
