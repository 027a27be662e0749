using Attar.Augmentation.Sources;

namespace Attar.Tests.Augmentation.Sources;

public class QueryKeyTests
{
    [Theory]
    [InlineData("Cordless-Drill,  18V ", "cordless drill 18v")]
    [InlineData("(drill)", "drill")]
    [InlineData("CAFÉ", "café")]
    [InlineData("?!", "")]
    public void Case_spacing_and_punctuation_do_not_make_another_query(string query, string key) => Assert.Equal(key, QueryKey.Of(query));
}
