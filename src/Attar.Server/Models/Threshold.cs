namespace Attar.Server.Models;

/// <summary>A score below which documents are left out.</summary>
/// <param name="Raw">Whether it is on a logit's scale; otherwise from 0 to 1.</param>
readonly record struct Threshold(float Least, bool Raw)
{
    /// <summary>Compared as scores are written, so that a score that was read in an answer keeps its document.</summary>
    public bool Passes(float score) => (Raw ? score : (float)ServedModel.Sigmoid(score)) >= Least;
}
