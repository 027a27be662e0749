using Attar.Data;

namespace Attar.Tests.Data;

public class NearDuplicatesTests
{
    [Fact]
    public void Likeness_is_what_two_texts_have_in_common()
    {
        Assert.Equal(3 / 5.0, Shingles.Jaccard(Shingles.Words("red oak table large"), Shingles.Words("Table, oak: RED small")));
        Assert.Equal(1, Shingles.Jaccard(Shingles.Letters("oak table"), Shingles.Letters("Table  oak")));
        Assert.InRange(Shingles.Jaccard(Shingles.Letters("cordless drill"), Shingles.Letters("cordles drill")), .7, .9);
        Assert.Equal(0, Shingles.Jaccard(Shingles.Letters(""), Shingles.Letters("")));
    }

    [Fact]
    public void A_copy_is_found_under_its_first_and_others_are_not()
    {
        var near = new NearDuplicates(.7);
        Assert.Equal(0, near.Add(Shingles.Words("white ceramic floor tile 12 by 12 inch matte finish")));
        Assert.Equal(1, near.Add(Shingles.Words("cordless drill with two batteries")));
        Assert.Equal(0, near.Add(Shingles.Words("white ceramic floor tile 12 by 12 inch gloss finish")));
        Assert.Equal(3, near.Add(Shingles.Words("")));
        Assert.Equal(4, near.Add(Shingles.Words("")));
        Assert.Equal(1, near.Find(Shingles.Words("Cordless drill with two batteries!")));
        Assert.Equal(-1, near.Find(Shingles.Words("lamp")));
    }

    [Fact]
    public void Of_sets_alike_nearly_all_are_found_and_nothing_else()
    {
        var random = new Random(1);
        uint[][] originals = [.. Enumerable.Range(0, 2000).Select(_ => Enumerable.Range(0, 20).Select(_ => (uint)random.Next()).Distinct().Order().ToArray())];
        var near = new NearDuplicates(.8);
        foreach (uint[] set in originals) near.Add(set);
        Assert.Equal(originals.Length, originals.Index().Count(entry => near.Find(entry.Item) == entry.Index));
        int found = originals.Index().Count(entry => near.Find([.. entry.Item[..18].Append((uint)random.Next()).Append((uint)random.Next()).Order()]) == entry.Index); // Jaccard 18 / 22
        Assert.InRange(found, 1900, 2000);
        Assert.Equal(0, originals.Count(set => near.Find([.. set[..14]]) >= 0)); // Jaccard 14 / 20
    }
}
