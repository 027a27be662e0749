using System.Text.Json;
using Attar.Data;
using Attar.Workspaces;

namespace Attar.Online.Judging;

/// <summary>What raters are asked.</summary>
public enum JudgingKind
{
    /// <summary>How good a product is for a query.</summary>
    Grade,

    /// <summary>Which of two lists is the better answer to a query; nothing says whose they are.</summary>
    Compare,
}

/// <summary>Work for raters.</summary>
/// <param name="Grades">The grades' names, the worst first.</param>
/// <param name="Scale">What the grades are worth.</param>
/// <param name="Systems">Whose lists the items come from; two where lists are compared.</param>
/// <param name="Depth">Of every system's list so many products are judged, or shown.</param>
/// <param name="DownTo">From there to this place a share of the products is judged; <paramref name="Depth"/> where none is.</param>
/// <param name="Raters">People who shall answer each item; one more where they, or a model, differ by more than a grade.</param>
/// <param name="Repeated">Share of a rater's items that come again, unmarked, to see whether the rater says the same.</param>
public sealed record JudgingTask(
    string Name,
    JudgingKind Kind,
    string[] Grades,
    GradeScale Scale,
    string Guideline,
    string[] Systems,
    int Depth,
    int DownTo,
    int Raters = 1,
    double Repeated = .1)
{
    /// <summary>What is answered where lists are compared: the first system's, neither, the second's.</summary>
    public const int First = 0, Alike = 1, Second = 2;

    /// <summary>Answers there are: grades, or three.</summary>
    public int Answers => Kind == JudgingKind.Grade ? Grades.Length : Second + 1;

    public string Definition => JsonSerializer.Serialize(this, RecordJson.Options);

    public static JudgingTask OfDefinition(string text) => JsonSerializer.Deserialize<JudgingTask>(text, RecordJson.Options)!;

    /// <summary>Names of grades where nobody gives them.</summary>
    public static string[] UsualGrades(int grades) => grades switch
    {
        2 => ["Not relevant", "Relevant"],
        3 => ["Irrelevant", "Partly", "Exact"],
        4 => ["Irrelevant", "Complement", "Substitute", "Exact"],
        5 => ["Bad", "Fair", "Good", "Excellent", "Perfect"],
        _ => [.. Enumerable.Range(0, grades).Select(grade => $"Grade {grade}")],
    };
}

/// <summary>One thing to answer.</summary>
/// <param name="Lists">One product alone, or two lists, of the first system and of the second.</param>
/// <param name="Ranks">The product's place in the list of each system that has it; null where lists are compared.</param>
/// <param name="Share">How likely it was to be chosen: 1 down to the depth, less where only a share is judged.</param>
/// <param name="Known">Its rating where it was judged before: nobody is asked, and estimates count it.</param>
public sealed record JudgingItem(string QueryId, string Query, string[][] Lists, Dictionary<string, int>? Ranks = null, double Share = 1, double? Known = null)
{
    public string Product => Lists[0][0];

    public string Content => JsonSerializer.Serialize(this, RecordJson.Options);

    public static JudgingItem OfContent(string text) => JsonSerializer.Deserialize<JudgingItem>(text, RecordJson.Options)!;
}

/// <summary>What a rater said of an item.</summary>
/// <param name="Place">The item's, from 0.</param>
/// <param name="Again">Whether it was the hidden repetition.</param>
/// <param name="Answer">A grade, or one of <see cref="JudgingTask.First"/>, <see cref="JudgingTask.Alike"/> and <see cref="JudgingTask.Second"/>; <see cref="CannotSay"/>.</param>
/// <param name="At">Unix milliseconds.</param>
public sealed record JudgingAnswer(int Place, string Rater, bool Again, int Answer, long At)
{
    public const int CannotSay = -1;

    const string Model = "model:";

    public bool IsAnswered => Answer >= 0;

    public bool IsModels => Rater.StartsWith(Model, StringComparison.Ordinal);

    /// <summary>The rater that a model is; no person has such a name.</summary>
    public static string RaterOf(string model) => Model + model;
}
