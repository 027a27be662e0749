namespace Attar.Data.Import;

/// <summary>Scales whose grades are words, from the worst to the best.</summary>
/// <param name="Gains">A grade's worth where the scale's makers say it; null: evenly.</param>
/// <param name="PositiveFrom">From which grade on a product counts as relevant; null: the upper half.</param>
sealed record GradeWords(string Name, string[][] Words, double[]? Gains = null, double? PositiveFrom = null)
{
    public static readonly IReadOnlyList<GradeWords> All =
    [
        new("WANDS", [["irrelevant"], ["partial"], ["exact"]]),
        new("ESCI", [["i", "irrelevant"], ["c", "complement"], ["s", "substitute"], ["e", "exact"]], [0, 0.01, 0.1, 1], PositiveFrom: 3),
        new("relevant or not", [["not relevant", "irrelevant", "nonrelevant", "not_relevant", "no", "false", "bad", "n"], ["relevant", "yes", "true", "good", "y"]]),
        new("three grades", [["not relevant", "irrelevant", "not_relevant"], ["partially relevant", "somewhat relevant", "partial", "relevant"], ["highly relevant", "very relevant", "exact", "perfect"]]),
        new("five grades", [["bad"], ["fair", "poor"], ["good"], ["excellent", "very good"], ["perfect"]]),
        new("Google's needs met", [["fails to meet", "failsm"], ["slightly meets", "sm"], ["moderately meets", "mm"], ["highly meets", "hm"], ["fully meets", "fullym"]]),
    ];

    /// <summary>The first scale that has every word; null where none has.</summary>
    public static GradeWords? Of(IReadOnlyCollection<string> texts) => texts.Count == 0 ? null : All.FirstOrDefault(scale => texts.All(text => scale.Read(text) is not null));

    public double? Read(string text)
    {
        string plain = text.Trim().ToLowerInvariant();
        int grade = Array.FindIndex(Words, words => words.Contains(plain));
        return grade < 0 ? null : grade;
    }

    public GradeScale Scale => RatingScale.Linear(Words.Length) is var even && Gains is null ? even : new GradeScale(Gains!, PositiveFrom ?? even.PositiveFrom);

    public string About => $"{Name}: {string.Join(", ", Words.Select((words, grade) => $"{words[0]} is grade {grade}"))}";
}
