using Attar.Models.Heads;

namespace Attar.Checking;

/// <summary>What a library may make of a model's logits.</summary>
/// <param name="Reason">Which of the usual reasons it is; null: what Attar makes of them.</param>
/// <param name="Of">From the logits of one pair.</param>
sealed record ScoreForm(string? Reason, string Words, Func<float[], double> Of)
{
    /// <summary>Those of a model with so many logits, Attar's own first.</summary>
    public static IEnumerable<ScoreForm> All(int labels, double[]? gains)
    {
        if (labels == 1)
            return
            [
                new(null, "", logits => logits[0]),
                new("sigmoid", "they are the sigmoid of the logit: compare orders, or take the logits there (an activation of Identity)", logits => Sigmoid(logits[0])),
            ];
        var forms = new List<ScoreForm>
        {
            new(null, "", logits => GradeHead.Score(logits, gains!, new double[labels])),
            new("sigmoid", "they are the expected worth of the grades in [0,1], whose logit is the score here", logits => GradeHead.ExpectedGain(logits, gains!, new double[labels])),
        };
        for (int label = 0; label < labels; label++)
        {
            int own = label;
            forms.Add(new("class", $"they are the logit of class {own} alone, not that of all classes together", logits => logits[own]));
            forms.Add(new("class", $"they are the probability of class {own} alone, not the worth of all classes", logits => Probability(logits, own)));
        }
        return forms;
    }

    static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));

    static double Probability(float[] logits, int label)
    {
        double highest = logits.Max();
        return Math.Exp(logits[label] - highest) / logits.Sum(logit => Math.Exp(logit - highest));
    }
}
