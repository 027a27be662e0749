using Attar.Retrieval;

namespace Attar.Tests.Retrieval;

public class Bm25Tests
{
    [Fact]
    public void A_term_in_one_of_three_texts_weighs_as_computed_by_hand()
    {
        double idf = Bm25.Idf(3, 1);
        Assert.Equal(0.980829, idf, 6); // ln(1 + 2.5 / 1.5)
        Assert.Equal(1.260043, new Bm25().Weight(idf, frequency: 2, length: 5, averageLength: 4), 6); // idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 1.25))
    }

    [Fact]
    public void A_term_that_every_text_has_still_counts_a_little() => Assert.InRange(Bm25.Idf(10, 10), 0.01, 0.1);
}
