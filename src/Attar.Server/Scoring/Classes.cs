namespace Attar.Server.Scoring;

/// <summary>What a model said of the labels of pairs; null for a pair that was not reached by the deadline.</summary>
/// <param name="Model">The name of the model that answered.</param>
/// <param name="Labels">How many a pair has: one for a student, one a grade for a teacher.</param>
/// <param name="Probabilities">(pairs, labels): a softmax over grades, or one sigmoid.</param>
sealed record Classes(string Model, int Labels, double[]?[] Logits, double[]?[] Probabilities, int Tokens)
{
    /// <summary>As Hugging Face names labels that have no name.</summary>
    public static string LabelOf(int label) => $"LABEL_{label}";
}
