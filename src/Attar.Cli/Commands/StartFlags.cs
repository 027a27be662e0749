using System.CommandLine;
using Attar.Models.Checkpoints;
using Attar.Models.Tokenizers;

namespace Attar.Cli.Commands;

/// <summary>What becomes of a model from elsewhere before it is trained; layers and tokens of a pair are said with the flags of a new model's shape.</summary>
sealed class StartFlags(Option<string> from, Option<int> layers, Option<int> maxTokens)
{
    readonly Option<OverlapMarks?> marks = Flag.MaybeChoice<OverlapMarks>("--marks", "What a model from elsewhere is told of the words that query and product share; default: graded, or what a model made here knows already");

    public IReadOnlyList<Option> All => [marks];

    /// <returns>Null where nothing was said.</returns>
    public ModelStart? Read(ParseResult parsed)
    {
        var start = new ModelStart(parsed.GetValue(marks), Given(layers), Given(maxTokens));
        return start == new ModelStart() || parsed.GetValue(from) is null && parsed.GetValue(marks) is null ? null : start;

        int? Given(Option<int> option) => parsed.GetValue(from) is not null && parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : null;
    }
}
