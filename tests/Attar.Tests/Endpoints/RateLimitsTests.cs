using Attar.Endpoints;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Endpoints;

public class RateLimitsTests
{
    static readonly DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero); // 1767225600 s since 1970

    [Theory]
    [InlineData("20", 20), InlineData("0.5", .5), InlineData("6m0s", 360), InlineData("1h2m3s", 3723), InlineData("17ms", .017), InlineData("1.5s", 1.5)]
    [InlineData("1767225630", 30), InlineData("1767225630500", 30.5), InlineData("2026-01-01T00:00:10Z", 10), InlineData("Thu, 01 Jan 2026 00:01:00 GMT", 60)]
    [InlineData("Wed, 31 Dec 2025 00:00:00 GMT", 0), InlineData("-3", 0), InlineData("999999999", 86400)]
    public void A_time_is_read_in_every_spelling(string text, double seconds) => Assert.Equal(seconds, RateLimits.Until(text, now)!.Value.TotalSeconds, 1e-6);

    [Theory, InlineData(""), InlineData("soon"), InlineData("5 parsecs"), InlineData("1m2"), InlineData("NaN"), InlineData("ms")]
    public void What_is_no_time_is_left_aside(string text) => Assert.Null(RateLimits.Until(text, now));

    [Fact]
    public void No_text_throws_or_waits_for_less_than_nothing_or_more_than_a_day() =>
        Prop.ForAll<NonNull<string>>(text => RateLimits.Until(text.Get, now) is not { } wait || wait >= TimeSpan.Zero && wait <= TimeSpan.FromDays(1)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("x-ratelimit-remaining-tokens: 99, x-ratelimit-reset-tokens: 8s", 8.0)] // the next request needs 100
    [InlineData("x-ratelimit-remaining-tokens: 100, x-ratelimit-reset-tokens: 8s", null)]
    [InlineData("x-ratelimit-remaining-tokens: -1, x-ratelimit-reset-tokens: 8s", null)]
    [InlineData("x-ratelimit-remaining: 0, x-ratelimit-reset: 1767225605", 5.0)]
    [InlineData("x-ratelimit-remaining-requests: 0, x-ratelimit-reset-requests: 1s, x-ratelimit-remaining-tokens: 0, x-ratelimit-reset-tokens: 3s", 3.0)]
    [InlineData("x-ratelimit-remaining-requests: 0", null)]
    public void The_longest_of_what_ran_out_counts(string headers, double? seconds)
    {
        using var response = new HttpResponseMessage();
        foreach (string[] header in headers.Split(", ").Select(header => header.Split(": "))) response.Headers.TryAddWithoutValidation(header[0], header[1]);
        Assert.Equal(seconds, RateLimits.Exhausted(response.Headers, now, tokens: 100)?.TotalSeconds);
    }

    [Fact]
    public void Back_off_doubles_up_to_a_minute_and_jitters_between_a_half_and_the_whole() =>
        Prop.ForAll(Gen.Choose(1, 2000).Two().ToArbitrary(), sizes =>
        {
            (int failures, int thousandths) = (sizes.Item1, sizes.Item2 % 1000);
            double whole = failures > 6 ? 60 : 1 << (failures - 1), wait = Backoff.Delay(failures, thousandths / 1000.0).TotalSeconds;
            return wait >= whole / 2 - 1e-6 && wait <= whole;
        }).QuickCheckThrowOnFailure();
}
