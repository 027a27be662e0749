namespace Attar.Retrieval;

/// <summary>What every reranker promises of its scores: they rank.</summary>
static class FiniteScores
{
    /// <returns>The scores.</returns>
    /// <exception cref="StageFailedException">where one is not a number, or infinite.</exception>
    public static float[] Of(string name, float[] scores)
    {
        int broken = Array.FindIndex(scores, score => !float.IsFinite(score));
        return broken < 0 ? scores : throw new StageFailedException($"{name} gave a product the score {scores[broken]}; its training diverged or its files are damaged: train it again, or take its files anew");
    }
}
