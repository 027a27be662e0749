using Attar.Data.Shop;

namespace Attar.Tests.Data.Shop;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("sofa", "sofas")]
    [InlineData("knife", "knives")]
    [InlineData("shelf", "shelves")]
    [InlineData("battery", "batteries")]
    [InlineData("toy", "toys")]
    [InlineData("wrench", "wrenches")]
    [InlineData("headphones", "headphones")]
    public void Plurals(string one, string many) => Assert.Equal(many, Spelling.Plural(one));

    [Fact]
    public void Titles_start_words_large_but_for_small_ones() =>
        Assert.Equal("Case for Nova 5 (Red, 24\") by Kolvra", Spelling.Title("case for nova 5 (red, 24\") by kolvra"));

    [Fact]
    public void A_misspelling_changes_one_long_word_but_not_its_first_letter()
    {
        var random = new Random(1);
        for (int round = 0; round < 1000; round++)
        {
            string[] words = Spelling.Misspelt("red velvet sofa", random).Split(' ');
            Assert.Equal(("red", "sofa"), (words[0], words[2]));
            Assert.StartsWith("v", words[1]);
            Assert.InRange(words[1].Length, 5, 7);
        }
        Assert.Equal("24\" tv", Spelling.Misspelt("24\" tv", random));
    }

    [Fact]
    public void Typing_that_stops_early_keeps_four_letters_of_the_last_word()
    {
        var random = new Random(1);
        for (int round = 0; round < 100; round++) Assert.StartsWith("tea kett", Spelling.CutShort("tea kettle", random));
        Assert.Equal("red sofa", Spelling.CutShort("red sofa", random));
    }

    [Fact]
    public void Few_things_are_drawn_often_and_most_seldom()
    {
        var random = new Random(1);
        var zipf = new Zipf(100, 1, random);
        int[] drawn = [.. Enumerable.Range(0, 10_000).Select(_ => zipf.Next(random)).CountBy(index => index).Select(count => count.Value).OrderDescending()];
        Assert.InRange(drawn[0], 1_700, 2_200); // 1 / H(100) = .193
        Assert.InRange(drawn[1], 800, 1_150);
        Assert.Equal(10_000, drawn.Sum());
    }
}
