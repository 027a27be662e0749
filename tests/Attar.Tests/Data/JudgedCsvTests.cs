using Attar.Data;

namespace Attar.Tests.Data;

public sealed class JudgedCsvTests : IDisposable
{
    const string Map = "query=search_term,product=uid,title=name,rating=relevance,brand=maker";
    const string Rows =
        """
        uid,name,search_term,relevance,maker,split
        7,Pipe 2",pipe,3,Norvik,test
        8,"Hose, 2 ft",pipe,1.5,,train

        """;

    readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Columns_are_found_by_the_map_and_grades_in_the_file()
    {
        var data = JudgedCsv.Import(folder.Add("pairs.csv", Rows), Map, grades: null, folder);

        Assert.Equal([new Product("7", "Pipe 2\"", "Norvik"), new Product("8", "Hose, 2 ft")], data.Products);
        Assert.Equal([new Judgment("q1", "7", 2), new Judgment("q1", "8", 0.5)], data.Judgments);
        Assert.Equal([0, 0.5, 1], data.Scale.Gains);
        Assert.Equal(QuerySplit.Of("pipe"), data.Splits["q1"]);
        Assert.Contains("ratings 1 to 3 are grades 0 to 2 (found in the file; --grades sets them)", folder.Notes);
    }

    [Fact]
    public void Tabs_and_columns_of_the_usual_names_need_no_map()
    {
        string path = folder.Add("pairs.tsv", "query\tproduct\ttitle\trating\ndesk, oak\t1\t24\" \"desk\"\t0\n");
        var data = JudgedCsv.Import(path, map: null, "0..4", folder);
        Assert.Equal([new Product("1", "24\" \"desk\"")], data.Products);
        Assert.Equal(5, data.Scale.Grades);
    }

    [Fact]
    public void An_unknown_field_of_the_map_is_told() =>
        Assert.StartsWith("--map: unknown field 'serch'", Assert.Single(folder.FaultsOf(() => JudgedCsv.Import(folder.Add("a.csv", Rows), "serch=x", null, folder))));

    [Fact]
    public void A_missing_column_names_those_that_are_there() =>
        Assert.StartsWith("a.csv:1: no column 'query' in the header (uid, name, search_term, relevance, maker, split)", folder.FaultsOf(() => JudgedCsv.Import(folder.Add("a.csv", Rows), Map.Replace("search_term", "query"), null, folder))[0]);

    [Theory]
    [InlineData("0..2", "a.csv:2: rating 3 is out of range; expected 0 to 2")]
    [InlineData("2", "--grades: '2' is not a range")]
    [InlineData("3..1", "--grades: '3..1' is not a range")]
    public void Given_grades_are_checked(string grades, string expected) =>
        Assert.StartsWith(expected, folder.FaultsOf(() => JudgedCsv.Import(folder.Add("a.csv", Rows), Map, grades, folder))[0]);

    [Theory]
    [InlineData(new double[] { 0, 1 }, 0, 1)]
    [InlineData(new double[] { 1, 2.33, 3 }, 1, 3)]
    [InlineData(new double[] { 0.5, 2.5 }, 0, 3)]
    [InlineData(new double[] { 4, 5 }, 1, 5)]
    public void The_scale_starts_at_zero_or_one(double[] ratings, int low, int high) =>
        Assert.Equal((low, high), RatingScale.Detect(ratings, "file"));

    [Theory]
    [InlineData(new double[] { 0, 100 })]
    [InlineData(new double[] { -1, 1 })]
    [InlineData(new double[] { 0, 0 })]
    public void A_scale_that_cannot_be_guessed_is_asked_for(double[] ratings) =>
        Assert.Contains("--grades", Assert.Throws<InputException>(() => RatingScale.Detect(ratings, "file")).Message);

    [Fact]
    public void A_file_of_only_a_header_has_no_judged_pairs() =>
        Assert.StartsWith("a.csv: no judged pairs", Assert.Single(folder.FaultsOf(() => JudgedCsv.Import(folder.Add("a.csv", Rows.Split('\n')[0] + "\n"), Map, null, folder))));
}
