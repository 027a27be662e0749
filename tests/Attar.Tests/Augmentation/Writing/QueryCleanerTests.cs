using Attar.Augmentation.Writing;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Augmentation.Writing;

public class QueryCleanerTests
{
    [Theory]
    [InlineData("red lamp", "red lamp")]
    [InlineData("  1. \"Red  Lamp\".\n", "Red Lamp")]
    [InlineData("- oak table\tround", "oak table round")]
    [InlineData("“3/8\" drill”", "3/8\" drill")]
    [InlineData("tv stand 55\"", "tv stand 55\"")]
    [InlineData("\"tv stand 55\"", "tv stand 55")]
    [InlineData("10 ft. rug", "10 ft. rug")]
    [InlineData("12 volt drill", "12 volt drill")]
    [InlineData("灯 红色", "灯 红色")]
    public void What_a_list_or_a_sentence_has_around_a_query_is_taken_off(string written, string query) => Assert.Equal(query, QueryCleaner.Clean(written));

    [Fact]
    public void Each_drop_has_its_reason()
    {
        var taken = new HashSet<string>();
        var cleaner = new QueryCleaner(query => query == "secret" ? "leaked" : taken.Add(query) ? null : "repeated");
        string?[] kept = [.. new[] { "lamp", "lamp.", " ?! ", "secret", "a b c d e f g h i j k", new string('x', 81), "lamp red" }.Select(cleaner.Keep)];
        Assert.Equal("lamp - - - - - lamp red", string.Join(' ', kept.Select(query => query ?? "-")));
        Assert.Equal([("empty", 1), ("leaked", 1), ("repeated", 1), ("too-long", 2)], cleaner.Dropped.Select(entry => (entry.Key, entry.Value)));
    }

    [Fact]
    public void Whatever_is_kept_is_one_short_line() => Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text =>
        new QueryCleaner(_ => null).Keep(text ?? "") is not { } query || !query.Any(char.IsControl) && query.Length <= 80 && query == query.Trim()).QuickCheckThrowOnFailure();
}
