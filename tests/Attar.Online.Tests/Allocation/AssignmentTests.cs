using Attar.Online.Allocation;
using Attar.Online.Statistics;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Online.Tests.Allocation;

public sealed class AssignmentTests
{
    static readonly string[] clients = [.. Enumerable.Range(0, 20_000).Select(i => $"client-{i}")];

    /// <summary>The first 53 bits of SHA-256("3:a/bc"), as another program computes it.</summary>
    [Fact]
    public void A_place_is_the_head_of_a_known_hash()
    {
        byte[] hash = System.Security.Cryptography.SHA256.HashData("3:a/bc"u8);
        double place = 0;
        for (int i = 7; i >= 0; i--) place = (place + hash[i]) / 256;
        Assert.Equal(place, Assignment.Place("a/b", "c"), 1e-12);
    }

    [Fact]
    public void Clients_fall_evenly_into_arms_by_their_weights()
    {
        long[] counts = new long[3];
        foreach (string client in clients) counts[Assignment.Arm("lamps", client, [2, 1, 1])]++;
        Assert.True(RatioMismatch.P(counts, [2, 1, 1]) > .01, string.Join(' ', counts));
    }

    [Fact]
    public void More_traffic_takes_clients_in_and_moves_none() => Assert.All(clients, client =>
    {
        if (Assignment.TakesPart("lamps", client, .1)) Assert.True(Assignment.TakesPart("lamps", client, .4));
    });

    [Fact]
    public void Traffic_is_the_share_that_takes_part() =>
        Assert.Equal(.1 * clients.Length, clients.Count(client => Assignment.TakesPart("lamps", client, .1)), 150.0);

    [Fact]
    public void Arm_is_independent_of_taking_part_and_of_other_experiments()
    {
        string[] few = [.. clients.Where(client => Assignment.TakesPart("lamps", client, .2))];
        Assert.Equal(.5, few.Average(client => Assignment.Arm("lamps", client, [1, 1])), .03);
        Assert.Equal(.5, clients.Where(client => Assignment.Arm("lamps", client, [1, 1]) == 1).Average(client => Assignment.Arm("chairs", client, [1, 1])), .02);
    }

    [Fact]
    public void Everybody_and_nobody_are_shares_too() => Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), client =>
        Assignment.TakesPart("e", client.Get, 1) && !Assignment.TakesPart("e", client.Get, 0) && Assignment.Arm("e", client.Get, [0, 1]) == 1 && Assignment.Arm("e", client.Get, [1, 0]) == 0)
        .QuickCheckThrowOnFailure();
}
