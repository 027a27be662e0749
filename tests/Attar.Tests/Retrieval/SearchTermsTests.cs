using System.Text.RegularExpressions;
using Attar.Retrieval;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Retrieval;

public class SearchTermsTests
{
    [Theory]
    [InlineData("DEWALT 3.5 in. Drills, 18-Volt", "dewalt 3.5 in drill 18 volt")]
    [InlineData("a.5b 1.2.3 x. .7", "a.5 b 1.2 3 x 7")]
    [InlineData("batteries boxes glass painting painted", "batter box glas paint paint")]
    [InlineData("ties red ing bed", "tie red ing bed")] // three characters must be left
    [InlineData("café ½", "caf")]
    [InlineData("", "")]
    public void Text_becomes_terms(string text, string terms) => Assert.Equal(terms, string.Join(' ', SearchTerms.Of(text)));

    [Fact]
    public void The_scanner_agrees_with_the_regular_expression() => Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        string text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => "aB9. -é0."[random.Next(9)]));
        var expected = Regex.Matches(text.ToLowerInvariant(), @"[a-z0-9]+(?:\.[0-9]+)?").Select(match => SearchTerms.Stem(match.Value).ToString());
        return SearchTerms.Of(text).SequenceEqual(expected);
    }));
}
