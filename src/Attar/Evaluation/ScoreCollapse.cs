namespace Attar.Evaluation;

/// <summary>Notices a model that gives every product of a query the same score: training went wrong, though its loss may look healthy.</summary>
public static class ScoreCollapse
{
    /// <returns>A warning when most queries of two or more products have one score only, else null.</returns>
    public static string? Warning(string system, IReadOnlyList<float[]> scores)
    {
        int queries = 0, collapsed = 0;
        foreach (float[] ofQuery in scores)
        {
            if (ofQuery.Length < 2) continue;
            queries++;
            if (!ofQuery.AsSpan().ContainsAnyExcept(ofQuery[0])) collapsed++;
        }
        return 2 * collapsed > queries
            ? $"{system}: scores have collapsed: all products of a query score the same in {collapsed} of {queries} queries; look at its training curve, lower the learning rate and train again"
            : null;
    }
}
