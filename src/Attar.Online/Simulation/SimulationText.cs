using System.Globalization;
using System.Text.Json.Nodes;
using Attar.Evaluation;

namespace Attar.Online.Simulation;

/// <summary>The simulation's table for people, and as JSON.</summary>
public static class SimulationText
{
    public static string Of(SimulationResult result)
    {
        var writer = new StringWriter { NewLine = "\n" };
        SimulationPlan plan = result.Plan;
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{plan.Experiments:N0} experiments of {plan.Days} days without a difference, and as many with one (errors of {plan.Control} and {plan.Treatment} grades, a correlation of {plan.Alike} where both rank one search); claims at 5 %"));
        foreach ((string title, IReadOnlyList<Claims> rows) in ((string, IReadOnlyList<Claims>)[])[("false alarms", result.Null), ("found", result.Effect)])
        {
            writer.WriteLine();
            new ResultTable([title, "searches", "one look", "naive, daily", "always valid, daily"], [.. rows.Select(row => (string[])
                [row.Method, row.Searches.ToString("N0", CultureInfo.InvariantCulture), Share(row.Once), Share(row.Naive), Share(row.Always)])]).WriteTo(writer);
        }
        writer.WriteLine();
        new ResultTable(["to find it in four of five, one look", "searches", "times interleaving's"], [.. result.Sensitivities.Select(row => (string[])
            [row.Method, row.Searches.ToString("N0", CultureInfo.InvariantCulture), row.Times.ToString("0.0", CultureInfo.InvariantCulture)])]).WriteTo(writer);
        return writer.ToString().TrimEnd();
    }

    public static JsonObject ToJson(SimulationResult result) => new()
    {
        ["experiments"] = result.Plan.Experiments,
        ["null"] = Rows(result.Null),
        ["effect"] = Rows(result.Effect),
        ["sensitivity"] = new JsonArray([.. result.Sensitivities.Select(row => new JsonObject { ["method"] = row.Method.Trim(), ["searches"] = row.Searches, ["times"] = row.Times })]),
    };

    static JsonArray Rows(IReadOnlyList<Claims> rows) => new([.. rows.Select(row => new JsonObject { ["method"] = row.Method.Trim(), ["searches"] = row.Searches, ["once"] = row.Once, ["naive"] = row.Naive, ["always"] = row.Always })]);

    static string Share(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);
}
