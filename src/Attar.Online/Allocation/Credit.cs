namespace Attar.Online.Allocation;

/// <summary>Who won one interleaved request.</summary>
public static class Credit
{
    /// <summary>Places that count; what shoppers find further down they were led to by other means.</summary>
    public const int Places = 40;

    /// <param name="teams">Of the request's places.</param>
    /// <param name="places">Places (from 0) acted upon; one acted upon again counts once.</param>
    /// <returns>Above 0 where the first ranking got more, below where the second did, 0 for a tie: how many more.</returns>
    public static int Of(string teams, IEnumerable<int> places)
    {
        int more = 0;
        foreach (int place in places.Distinct())
            if (place >= 0 && place < Math.Min(teams.Length, Places))
                more += teams[place] switch { TeamDraft.First => 1, TeamDraft.Second => -1, _ => 0 };
        return more;
    }
}
