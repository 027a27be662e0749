namespace Attar.Data.Shop;

/// <summary>Three simulated raters: each sees the true grade, and errs with a given probability, mostly to a neighbouring grade.</summary>
static class Raters
{
    const int Count = 3;
    const double ToNeighbour = 0.8;

    /// <summary>How many raters chose each grade.</summary>
    public static int[] Vote(int truth, double noise, Random random)
    {
        var votes = new int[TrueGrade.Grades];
        for (int rater = 0; rater < Count; rater++) votes[random.Happens(noise) ? Mistaken(truth, random) : truth]++;
        return votes;
    }

    public static double Mean(int[] votes)
    {
        int sum = 0;
        for (int grade = 0; grade < votes.Length; grade++) sum += grade * votes[grade];
        return (double)sum / votes.Sum();
    }

    /// <summary>Any grade but the true one.</summary>
    static int Mistaken(int truth, Random random)
    {
        if (!random.Happens(ToNeighbour)) return (truth + random.Next(1, TrueGrade.Grades)) % TrueGrade.Grades;
        if (truth == 0) return 1;
        if (truth == TrueGrade.Grades - 1) return truth - 1;
        return random.Happens(0.5) ? truth - 1 : truth + 1;
    }
}
