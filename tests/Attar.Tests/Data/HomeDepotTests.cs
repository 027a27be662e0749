using System.Text;
using Attar.Data;

namespace Attar.Tests.Data;

public sealed class HomeDepotTests : IDisposable
{
    const string Header = "\"id\",\"product_uid\",\"product_title\",\"search_term\",\"relevance\"\n";
    readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    Dataset Import(string rows)
    {
        folder.Add("train.csv", Header + rows, Encoding.Latin1);
        folder.Add("brand.csv", ",product_uid,brand\n9,7.0,Norvik\n");
        folder.Add("color.csv", ",product_uid,color\n0,7.0,Red\n1,8.0,\"Blue, dark\"\n");
        folder.Add("material.csv", ",product_uid,material\n0,7.0,Oak\n");
        return HomeDepot.Import(folder.Root, folder);
    }

    [Fact]
    public void Five_rows_become_products_queries_and_judgments()
    {
        var data = Import(
            """
            2,7,"Table, 24"" 30°","oak table",2.33
            3,8,"Blue chair","oak table",1
            4,8,"Blue chair","chair",3
            5,9,"Stool","chair",2.67
            6,8,"Blue chair","oak table",2

            """);

        Assert.Equal([
            new Product("7", "Table, 24\" 30°", "Norvik", Attributes: "color=Red; material=Oak"),
            new Product("8", "Blue chair", Attributes: "color=Blue, dark"),
            new Product("9", "Stool")], data.Products);
        Assert.Equal([new Query("q1", "oak table"), new Query("q2", "chair")], data.Queries);
        Assert.Equal([new Judgment("q1", "7", 1.33), new Judgment("q1", "8", 0.5), new Judgment("q2", "8", 2), new Judgment("q2", "9", 1.67)], data.Judgments);
        Assert.Equal(QuerySplit.Of("oak table"), data.Splits["q1"]);
        Assert.Equal([0, 0.5, 1], data.Scale.Gains);
        Assert.Contains(folder.Notes, note => note.StartsWith("5 judged pairs read") && note.Contains("1 were repetitions"));
    }

    [Theory]
    [InlineData("2,7,T,table,3.5\n", "train.csv:2: relevance 3.5 is out of range; expected 1 to 3")]
    [InlineData("2,7,T,table,good\n", "train.csv:2: relevance 'good' is not a finite number")]
    [InlineData("2,7,T,table,2\n3,7,T,chair\n", "train.csv:3: another number of fields than the header's 5")]
    [InlineData("2,7,T,,2\n", "train.csv:2: no query text")]
    [InlineData("2,7,\"a\nb\",table,2\n3,7,\"T\"x,chair,2\n", "train.csv:4: text after a closing quotation mark")]
    [InlineData("2,7,T,table,2\n3,7,T,chair,\"2\n4,7,T,lamp,2\n", "train.csv:3: a quotation mark is never closed")]
    public void A_planted_fault_is_told_with_file_and_line(string rows, string expected) =>
        Assert.Contains(folder.FaultsOf(() => Import(rows)), fault => fault.StartsWith(expected));

    [Fact]
    public void A_missing_attribute_file_is_noted_and_a_missing_train_file_is_a_fault()
    {
        var faults = folder.FaultsOf(() => HomeDepot.Import(folder.Root, folder));
        Assert.StartsWith("train.csv: no such file", Assert.Single(faults));
        Assert.Contains(folder.Notes, note => note.EndsWith("products go without brand"));
    }
}
