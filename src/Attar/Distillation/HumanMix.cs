namespace Attar.Distillation;

/// <summary>
/// People's judgments among the teacher's labels: judged products join the group of their query, and judged queries without labels are groups of
/// their own. Where both spoke of a pair its target is w · judgment + (1 - w) · label, which for squared and cross-entropy losses is the weighted sum
/// of a loss against each (as in Hinton et al. 2015).
/// </summary>
static class HumanMix
{
    /// <param name="labels">Lists of the teacher's, streamed.</param>
    /// <param name="judged">Lists of people's, on the same scale; held in memory.</param>
    /// <param name="weight">w, from 0 to 1.</param>
    public static IEnumerable<TargetList> Of(IEnumerable<TargetList> labels, IEnumerable<TargetList> judged, float weight)
    {
        Dictionary<string, TargetList> people = judged.GroupBy(list => list.Query).ToDictionary(lists => lists.Key, Joined);
        foreach (TargetList list in labels)
            yield return people.Remove(list.Query, out TargetList? own) ? Mixed(list, own, weight) : list;
        foreach (TargetList left in people.Values) yield return left;
    }

    static TargetList Joined(IEnumerable<TargetList> lists) =>
        new(lists.First().Query, [.. lists.SelectMany(list => list.ProductIds)], [.. lists.SelectMany(list => list.Targets)]);

    static TargetList Mixed(TargetList teacher, TargetList people, float weight)
    {
        Dictionary<string, float> targets = [];
        foreach (var (id, label) in teacher.ProductIds.Zip(teacher.Targets)) targets[id] = label;
        foreach (var (id, judgment) in people.ProductIds.Zip(people.Targets))
            targets[id] = targets.TryGetValue(id, out float label) ? weight * judgment + (1 - weight) * label : judgment;
        return new TargetList(teacher.Query, [.. targets.Keys], [.. targets.Values]);
    }
}
