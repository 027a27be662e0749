using Attar.Data;

namespace Attar.Tests.Data;

public sealed class ChorusTests : IDisposable
{
    readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    Dataset Import(string products, string ratings, string votes)
    {
        folder.Add("products.tsv", "id\tname\ttitle\tbrand\tshort_description\tattrs\n" + products);
        folder.Add("ratings.csv", "query,docid,rating\n" + ratings);
        folder.Add("individual-ratings.csv", "query,docid,name,description,agent_1_rating,agent_2_rating,agent_3_rating,final_rating\n" + votes);
        return Chorus.Import(folder.Root, folder);
    }

    [Fact]
    public void Ratings_keep_the_agreed_grade_and_votes_come_from_the_three_raters()
    {
        var data = Import("1\tX\tScreen 24\"\tNorvik\tA screen\tcolor=red; touch=\n2\tY\tCable\t\t\t\n", "screen,1,3\nscreen,2,0\n", "screen,1,X,,3,2,3,3\n");

        Assert.Equal([new Product("1", "Screen 24\"", "Norvik", Attributes: "color=red", Description: "A screen"), new Product("2", "Cable")], data.Products);
        Assert.Equal(2, data.Judgments.Count);
        Assert.Equal(3, data.Judgments[0].Rating);
        Assert.Equal([0, 0, 1, 2], data.Judgments[0].Votes!);
        Assert.Equal(new Judgment("q1", "2", 0), data.Judgments[1]);
        Assert.Equal(4, data.Scale.Grades);
        Assert.Contains(folder.Notes, note => note.StartsWith("1 of 2 pairs have the votes"));
    }

    [Theory]
    [InlineData("1\tX\tT\t\t\t\n", "s,9,3\n", "s,1,X,,3,2,3,3\n", "ratings.csv:2: unknown product '9'")]
    [InlineData("1\tX\tT\t\t\t\n", "s,1,4\n", "s,1,X,,3,2,3,3\n", "ratings.csv:2: rating '4'; expected 0, 1, 2 or 3")]
    [InlineData("1\tX\tT\t\t\t\n", "s,1,3\n", "s,1,X,,3,,3,3\n", "individual-ratings.csv:2: agent_2_rating ''")]
    [InlineData("1\tX\tT\t\t\t\n1\tX\tT\t\t\t\n", "s,1,3\n", "s,1,X,,3,2,3,3\n", "products.tsv:3: product '1' is there already")]
    public void A_planted_fault_is_told_with_file_and_line(string products, string ratings, string votes, string expected) =>
        Assert.StartsWith(expected, Assert.Single(folder.FaultsOf(() => Import(products, ratings, votes))));
}
