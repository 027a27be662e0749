namespace Attar.Server.Scoring;

/// <summary>
/// Whose turn it is of those who wait: who had the least of the model's time. Who comes anew begins with as much as the one who
/// was served last had, so that nobody saves up turns and nobody owes any.
/// </summary>
/// <remarks>Start-time fair queueing: Goyal, Vin and Cheng, SIGCOMM 1996.</remarks>
sealed class Turns
{
    Dictionary<string, TimeSpan> had = [];
    TimeSpan last;

    /// <param name="waiting">At least one.</param>
    public string Next(IEnumerable<string> waiting)
    {
        had = waiting.Distinct().ToDictionary(client => client, client => had.GetValueOrDefault(client, last));
        (string next, last) = had.MinBy(client => client.Value);
        return next;
    }

    public void Charge(string client, TimeSpan time)
    {
        if (had.ContainsKey(client)) had[client] += time;
    }
}
