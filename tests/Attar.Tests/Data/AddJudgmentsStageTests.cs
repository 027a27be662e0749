using Attar.Data;
using Attar.Tests.Data.Import;

namespace Attar.Tests.Data;

/// <summary>What people judged on the judging page comes into the data and stays there.</summary>
public sealed class AddJudgmentsStageTests : IDisposable
{
    readonly ShopFiles shop = new();

    public void Dispose() => shop.Dispose();

    static Dataset Data(bool votes = true) => new(
        new GradeScale([0, .5, 1], 1),
        [new Product("p1", "Table"), new Product("p2", "Lamp")],
        [new Query("q1", "oak table"), new Query("q2", "desk lamp"), new Query("q3", "Oak-Table")],
        [new Judgment("q1", "p1", 1.5, votes ? [0, 1, 1] : null)],
        new Dictionary<string, Split> { ["q1"] = Split.Test });

    void Judged(params string[] lines)
    {
        File.WriteAllText(shop.Folder["judged.tsv"], string.Join('\n', ["query_id\tproduct_id\tvotes\tsplit", .. lines]) + "\n");
        new AddJudgmentsStage(shop.Folder["judged.tsv"]).Run(shop.Folder.Context());
    }

    [Fact]
    public void Votes_add_up_new_pairs_come_in_and_a_query_alike_takes_its_twin_s_split()
    {
        DatasetFiles.Write(shop.Folder["data"], Data());
        Judged("q1\tp1\t2,0,0\t", "q3\tp2\t0,0,3\t", "q2\tp2\t1,1,0\t", "q9\tp2\t1,0,0\t");
        Dataset data = DatasetFiles.Read(shop.Folder["data"]);
        Assert.Equal([("q1", "p1", .75), ("q3", "p2", 2), ("q2", "p2", .5)], data.Judgments.Select(judgment => (judgment.QueryId, judgment.ProductId, judgment.Rating)));
        Assert.Equal([2, 1, 1], data.Judgments[0].Votes!);
        Assert.Equal((Split.Test, QuerySplit.Of("desk lamp")), (data.Splits["q3"], data.Splits["q2"])); // the twin of a test query is not learnt from
        Assert.Contains(shop.Folder.Notes, note => note.Contains("1 judgments of queries or products that the data does not have are left out"));
        Assert.Contains(shop.Folder.Notes, note => note.Contains("3 judgments of people taken in, 2 of pairs that nobody had judged"));
    }

    [Fact]
    public void Taken_in_twice_they_count_once_and_an_import_leaves_them()
    {
        DatasetFiles.Write(shop.Folder["data"], Data());
        Judged("q1\tp1\t2,0,0\t");
        Judged("q1\tp1\t2,0,0\t");
        DatasetFiles.Write(shop.Folder["data"], Data()); // as an import does
        Assert.Equal(.75, Assert.Single(DatasetFiles.Read(shop.Folder["data"]).Judgments).Rating);
    }

    [Fact]
    public void A_rating_whose_raters_are_not_known_counts_as_one_of_them()
    {
        DatasetFiles.Write(shop.Folder["data"], Data(votes: false));
        Judged("q1\tp1\t2,0,0\t");
        Judgment judgment = Assert.Single(DatasetFiles.Read(shop.Folder["data"]).Judgments);
        Assert.Equal((.5, null), (judgment.Rating, judgment.Votes));
    }

    [Fact]
    public void Every_fault_of_the_file_is_told()
    {
        DatasetFiles.Write(shop.Folder["data"], Data());
        File.WriteAllText(shop.Folder["data/judged.tsv"], "query_id\tproduct_id\tvotes\tsplit\nq1\tp9\t1,0,0\t\nq1\tp1\t1,0\t\nq1\tp1\t1,0,0\tlater\n");
        InputException refused = Assert.Throws<InputException>(() => DatasetFiles.Read(shop.Folder["data"]));
        Assert.Equal(3, refused.Message.Split('\n').Length);
        Assert.Contains("judged.tsv:2: query 'q1' and product 'p9' are not both in the data", refused.Message);
    }
}
