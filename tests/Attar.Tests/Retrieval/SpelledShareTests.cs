using Attar.Retrieval;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Retrieval;

public class SpelledShareTests
{
    /// <summary>
    /// «deck» alone is nine grams: de, ec, ck, an edge at each end, and dec, eck, an edge with de, ck with an edge. «deckover» has all but the two at the end.
    /// </summary>
    [Theory]
    [InlineData("deck", "Deck", 1)]
    [InlineData("deck", "wood deck paint", 1)]
    [InlineData("deck", "deckover", 7 / 9f)]
    [InlineData("deck", "vinyl floor", 0)]
    [InlineData("", "vinyl", 0)]
    [InlineData("?!", "vinyl", 0)]
    [InlineData("3/4", "3-4 in.", 1)]
    public void It_is_the_share_of_the_query_s_grams(string query, string text, float expected) =>
        Assert.Equal(expected, new SpelledShare(query).Of(text), 1e-6f);

    [Fact]
    public void A_text_spells_itself_and_more_text_never_spells_less() => Check.QuickThrowOnFailure(Prop.ForAll<NonNull<string>, NonNull<string>, NonNull<string>>((query, text, more) =>
    {
        var spelled = new SpelledShare(query.Get);
        float share = spelled.Of(text.Get);
        return spelled.Of(query.Get) == (query.Get.Any(char.IsLetterOrDigit) ? 1 : 0) && share is >= 0 and <= 1 && spelled.Of($"{text.Get} {more.Get}") >= share;
    }));
}
