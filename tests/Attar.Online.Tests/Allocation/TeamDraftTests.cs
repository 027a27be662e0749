using Attar.Evaluation;
using Attar.Online.Allocation;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Online.Tests.Allocation;

public sealed class TeamDraftTests
{
    static readonly Gen<(int[] A, int[] B, ulong Seed)> drafts =
        from count in Gen.Choose(0, 60)
        from a in Gen.Shuffle(Enumerable.Range(0, count).ToArray())
        from b in Gen.Shuffle(Enumerable.Range(0, count).ToArray())
        from seed in Gen.Choose(0, int.MaxValue)
        select (a, b, (ulong)seed);

    /// <summary>A: 0 1 2 3, B: 1 0 3 2. Whoever begins a round takes its favourite, and the other then has its own.</summary>
    [Fact]
    public void Two_rounds_by_hand()
    {
        HashSet<string> seen = [];
        for (ulong seed = 0; seed < 50; seed++)
        {
            Interleaved list = TeamDraft.Draw([0, 1, 2, 3], [1, 0, 3, 2], seed);
            seen.Add($"{string.Join("", list.Order)} {list.Teams}");
        }
        Assert.Equal(["0123 ABAB", "0132 ABBA", "1023 BAAB", "1032 BABA"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_both_would_place_next_is_owed_to_neither()
    {
        Interleaved list = TeamDraft.Draw([4, 2, 0, 1, 3], [4, 2, 1, 0, 3], 5);
        Assert.Matches("^--(AB|BA)-$", list.Teams);
        Assert.Equal([4, 2], list.Order[..2]);
        Assert.Equal(3, list.Order[4]);
        Assert.Equal("---", TeamDraft.Draw([0, 1, 2], [0, 1, 2], 1).Teams);
        Assert.Matches("^(AB|BA)-(AB|BA)$", TeamDraft.Draw([0, 1, 2, 3, 4], [1, 2, 0, 4, 3], 7).Teams); // 0 and 1, then 2 is the best left of both
    }

    [Fact]
    public void Every_item_stands_once_and_each_ranking_keeps_its_own_order() => Prop.ForAll(drafts.ToArbitrary(), draft =>
    {
        Interleaved list = TeamDraft.Draw(draft.A, draft.B, draft.Seed);
        return list.Order.Order().SequenceEqual(Enumerable.Range(0, draft.A.Length)) && list.Teams.Length == draft.A.Length
            && Kept(list, draft.A, TeamDraft.First) && Kept(list, draft.B, TeamDraft.Second);
    }).QuickCheckThrowOnFailure();

    /// <summary>Whatever a team picked was the best of its ranking that stood nowhere above.</summary>
    static bool Kept(Interleaved list, int[] ranking, char team) => list.Order.Index()
        .Where(place => list.Teams[place.Index] == team)
        .All(place => ranking.First(item => !list.Order.Take(place.Index).Contains(item)) == place.Item);

    [Fact]
    public void Within_every_round_each_team_picks_once() => Prop.ForAll(drafts.ToArbitrary(), draft =>
        System.Text.RegularExpressions.Regex.IsMatch(TeamDraft.Draw(draft.A, draft.B, draft.Seed).Teams, "^(-|AB|BA)*$")).QuickCheckThrowOnFailure();

    /// <summary>Which places are contested is a matter of neither the coins nor which ranking is the first, and each team has as many of them.</summary>
    [Fact]
    public void Both_rankings_are_treated_alike() => Prop.ForAll(drafts.ToArbitrary(), draft =>
    {
        string teams = TeamDraft.Draw(draft.A, draft.B, draft.Seed).Teams;
        return teams.Count(team => team == 'A') == teams.Count(team => team == 'B')
            && Contested(teams) == Contested(TeamDraft.Draw(draft.B, draft.A, draft.Seed + 1).Teams);

        static string Contested(string teams) => teams.Replace('A', 'B');
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_same_seed_gives_the_same_list_and_teams_begin_equally_often()
    {
        int[] a = [0, 1, 2, 3, 4, 5], b = [5, 4, 3, 2, 1, 0];
        Assert.Equal(TeamDraft.Draw(a, b, 9).Order, TeamDraft.Draw(a, b, 9).Order);
        Assert.Equal(.5, Enumerable.Range(0, 4000).Average(seed => TeamDraft.Draw(a, b, (ulong)seed).Teams[0] == TeamDraft.First ? 1.0 : 0), .03);
    }

    /// <summary>Shoppers who click at places, whatever stands there, prefer nobody: the bias of places falls on both alike.</summary>
    [Fact]
    public void Clicks_that_only_heed_places_favour_nobody()
    {
        var draws = new SplitMix64(4);
        int[] a = [.. Enumerable.Range(0, 20)], b = [.. a.Reverse()];
        int first = 0, second = 0;
        for (int request = 0; request < 20_000; request++)
        {
            Interleaved list = TeamDraft.Draw(a, b, draws.Next());
            int[] clicks = [.. Enumerable.Range(0, 20).Where(place => draws.Below(place + 2) == 0)];
            int more = Credit.Of(list.Teams, clicks);
            if (more > 0) first++;
            if (more < 0) second++;
        }
        Assert.True(Attar.Online.Statistics.SignTest.P(first, second) > .01, $"{first} {second}");
    }

    [Theory]
    [InlineData("ABAB", new[] { 0, 2 }, 2)]
    [InlineData("ABAB", new[] { 0, 1 }, 0)]
    [InlineData("ABAB", new[] { 1, 1, 1 }, -1)] // acted upon again counts once
    [InlineData("--AB", new[] { 0, 1, 3 }, -1)]
    [InlineData("AB", new[] { -1, 2, 9 }, 0)] // outside the list
    public void Credit_by_hand(string teams, int[] places, int more) => Assert.Equal(more, Credit.Of(teams, places));

    [Fact]
    public void Places_beyond_the_fortieth_do_not_count()
    {
        string teams = new('A', 50);
        Assert.Equal(1, Credit.Of(teams, [39, 40, 49]));
    }
}
