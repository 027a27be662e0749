using Attar.Data;
using Attar.Models;
using Attar.Models.Tokenizers;
using Attar.Workspaces;

namespace Attar.Training;

/// <summary>Whether given weights can read a shop: told before hours are spent on training them.</summary>
static class WeightsFit
{
    /// <param name="from">What the weights are called.</param>
    /// <exception cref="InputException">when their vocabulary loses most of the letters.</exception>
    public static void Tell(string from, PairModel model, Tokenizer tokenizer, PairText text, Dataset dataset, IProgressSink progress)
    {
        VocabularyCoverage.Of(tokenizer, dataset).Check(from, progress);
        if (PairLengths.Of(tokenizer, text.Layout, dataset).Note(text.Budget, model.MaxLength) is { } note) progress.Note(note);
    }
}
