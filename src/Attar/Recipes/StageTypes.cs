using Attar.Evaluation;

namespace Attar.Recipes;

/// <summary>Every stage a recipe can name: the value of its <c>"stage"</c> key and the record that holds its options.</summary>
public static class StageTypes
{
    public static IReadOnlyDictionary<string, Type> All { get; } = new Dictionary<string, Type>
    {
        ["evaluate"] = typeof(EvaluateStage),
    };
}
