namespace Attar.Evaluation.Audit;

/// <summary>One number that all logits are divided by, so that the gains they promise are as far apart as the judged ones (Guo et al. 2017).</summary>
public static class Temperature
{
    const double Lowest = .05, Highest = 20;
    const int Rounds = 60;

    /// <summary>The temperature of the least cross-entropy with the judged gains; a golden-section search over its logarithm, for the loss has one valley.</summary>
    /// <param name="logits">(pairs)</param>
    /// <param name="gains">(pairs) in [0,1]</param>
    public static double Fit(IReadOnlyList<double> logits, IReadOnlyList<double> gains)
    {
        double low = Math.Log(Lowest), high = Math.Log(Highest), golden = (Math.Sqrt(5) - 1) / 2;
        for (int round = 0; round < Rounds; round++)
        {
            double left = high - golden * (high - low), right = low + golden * (high - low);
            if (Loss(Math.Exp(left)) < Loss(Math.Exp(right))) high = right;
            else low = left;
        }
        return Math.Exp((low + high) / 2);

        double Loss(double temperature)
        {
            double loss = 0;
            for (int i = 0; i < gains.Count; i++)
            {
                double logit = logits[i] / temperature;
                loss += Math.Max(logit, 0) - logit * gains[i] + Math.Log(1 + Math.Exp(-Math.Abs(logit)));
            }
            return loss;
        }
    }
}
