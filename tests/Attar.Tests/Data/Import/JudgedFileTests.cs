using System.Text;
using Attar.Data;
using Attar.Data.Import;

namespace Attar.Tests.Data.Import;

public sealed class JudgedFileTests : IDisposable
{
    const string Map = "query=search_term,product=uid,title=name,rating=relevance,brand=maker";
    const string Rows =
        """
        uid,name,search_term,relevance,maker,split
        7,Pipe 2",pipe,3,Norvik,test
        8,"Hose, 2 ft",pipe,1.5,,train

        """;

    readonly ShopFiles shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public void Columns_are_found_by_the_map_and_grades_in_the_file()
    {
        Dataset data = shop.Judged(Rows, Map);
        Assert.Equal([new Product("7", "Pipe 2\"", "Norvik"), new Product("8", "Hose, 2 ft")], data.Products);
        Assert.Equal([new Judgment("q1", "7", 2), new Judgment("q1", "8", 0.5)], data.Judgments);
        Assert.Equal([0, 0.5, 1], data.Scale.Gains);
        Assert.Equal(QuerySplit.Of("pipe"), data.Splits["q1"]);
        Assert.Contains("ratings 1 to 3 are grades 0 to 2 (found in the file; --grades sets them)", shop.Notes);
    }

    [Fact]
    public void Columns_that_nobody_named_are_guessed_and_the_guess_is_printed_as_the_map_that_says_the_same()
    {
        Dataset guessed = shop.Judged(Rows);
        string map = Assert.Single(shop.Notes, note => note.Contains("--map")).Split("--map ")[1].Split(' ')[0];
        Assert.Equal("query=search_term,product=uid,rating=relevance,title=name,brand=maker", map);
        Dataset named = shop.Judged(Rows, map);
        Assert.Equal(named.Products, guessed.Products);
        Assert.Equal(named.Judgments, guessed.Judgments);
        Assert.Contains(shop.Notes, note => note.EndsWith("(left out: split)"));
    }

    [Fact]
    public void Tabs_and_columns_of_the_usual_names_need_no_map()
    {
        Dataset data = shop.Judged("query\tproduct\ttitle\trating\ndesk, oak\t1\t24\" \"desk\"\t0\n", grades: "0..4");
        Assert.Equal([new Product("1", "24\" \"desk\"")], data.Products);
        Assert.Equal(5, data.Scale.Grades);
    }

    [Fact]
    public void A_split_that_the_map_names_counts() =>
        Assert.Equal(Split.Dev, shop.Judged("query,product,title,rating,part\npipe,1,Pipe,1,valid\npipe,2,Lamp,0,valid\n", "split=part").Splits["q1"]);

    [Fact]
    public void An_unknown_field_of_the_map_is_told() =>
        Assert.StartsWith("--map: unknown field 'serch'", Assert.Single(shop.FaultsOf(() => shop.Judged(Rows, "serch=x"))));

    [Theory]
    [InlineData("query=query", "pairs.csv:1: no column 'query' in the header (uid, name, search_term, relevance, maker, split)")]
    [InlineData("brand=make", "pairs.csv:1: no column 'make' in the header")]
    public void A_missing_column_names_those_that_are_there(string map, string expected) => Assert.StartsWith(expected, shop.FaultsOf(() => shop.Judged(Rows, map))[0]);

    [Theory]
    [InlineData("0..2", "pairs.csv:2: rating 3 is out of range; expected 0 to 2")]
    [InlineData("2", "--grades: '2' is not a range")]
    [InlineData("3..1", "--grades: '3..1' is not a range")]
    public void Given_grades_are_checked(string grades, string expected) => Assert.StartsWith(expected, shop.FaultsOf(() => shop.Judged(Rows, Map, grades))[0]);

    [Theory]
    [InlineData(new double[] { 0, 1 }, 0, 1)]
    [InlineData(new double[] { 1, 2.33, 3 }, 1, 3)]
    [InlineData(new double[] { 0.5, 2.5 }, 0, 3)]
    [InlineData(new double[] { 4, 5 }, 1, 5)]
    public void The_scale_starts_at_zero_or_one(double[] ratings, int low, int high) => Assert.Equal((low, high), RatingScale.Detect(ratings, "file"));

    [Theory]
    [InlineData(new double[] { 0, 100 })]
    [InlineData(new double[] { -1, 1 })]
    [InlineData(new double[] { 0, 0 })]
    public void A_scale_that_cannot_be_guessed_is_asked_for(double[] ratings) =>
        Assert.Contains("--grades", Assert.Throws<InputException>(() => RatingScale.Detect(ratings, "file")).Message);

    [Fact]
    public void A_file_of_only_a_header_has_no_rows() =>
        Assert.StartsWith("pairs.csv: no rows", Assert.Single(shop.FaultsOf(() => shop.Judged(Rows.Split('\n')[0] + "\n", Map))));

    [Fact]
    public void A_file_without_its_last_line_break_is_whole() => Assert.Equal(2, shop.Judged(Rows.TrimEnd(), Map).Judgments.Count);

    [Theory]
    [InlineData(';'), InlineData('|'), InlineData('\t')]
    public void Any_separator_is_found(char separator)
    {
        string text = "query,product,title,rating\npipe,1,\"Pipe\",1\npipe,2,\"Lamp\",0\n".Replace(',', separator);
        Assert.Equal(["Pipe", "Lamp"], shop.Judged(text).Products.Select(product => product.Title));
    }

    [Fact]
    public void Quoted_fields_hold_separators_quotation_marks_and_line_breaks() =>
        Assert.Equal("Pipe; 2\" wide", shop.Judged("query;product;title;rating\npipe;1;\"Pipe; 2\"\"\nwide\";1\npipe;2;Lamp;0\n").Products[0].Title);

    [Theory]
    [InlineData("utf-16", "UTF-16"), InlineData("utf-16BE", "UTF-16, big endian"), InlineData("iso-8859-1", "Latin-1 (Windows-1252)")]
    public void Other_encodings_are_found_out_and_said(string encoding, string name)
    {
        Dataset data = shop.Judged("query,product,title,rating\ntür,1,Türgriff größer,1\ntür,2,Lampe,0\n", encoding: Encoding.GetEncoding(encoding));
        Assert.Equal("Türgriff größer", data.Products[0].Title);
        Assert.Contains(shop.Notes, note => note.Contains(name));
    }

    [Fact]
    public void Damaged_UTF8_is_told_with_its_line()
    {
        byte[] text = Encoding.UTF8.GetBytes("query,product,title,rating\ntür,1,Türgriff größer,1\ntür,2,Lampe X,0\n");
        text[Array.LastIndexOf(text, (byte)'X')] = 0xFF;
        Assert.StartsWith("pairs.csv:3: invalid UTF-8", Assert.Single(shop.FaultsOf(() => shop.Import(new ImportStage("csv", shop.Add("pairs.csv", text))))));
    }

    [Fact]
    public void Every_fault_of_a_file_is_told_up_to_twenty_with_its_line()
    {
        string text = "query,product,title,rating\n" + string.Concat(Enumerable.Range(0, 25).Select(i => $"pipe,{i},Pipe {i},bad{i}\n"));
        var fault = Assert.Throws<InputException>(() => shop.Judged(text));
        Assert.Equal((20, 25), (fault.Faults.Count, (int)fault.Total));
        Assert.EndsWith("pairs.csv:2", fault.Faults[0].Where);
        Assert.StartsWith("rating 'bad0' is not a finite number; expected", fault.Faults[0].Message);
    }

    [Fact]
    public void An_empty_query_is_told() =>
        Assert.StartsWith("pairs.csv:3: no query text", Assert.Single(shop.FaultsOf(() => shop.Judged("query,product,title,rating\npipe,1,Pipe,1\n,2,Lamp,0\n"))));
}
