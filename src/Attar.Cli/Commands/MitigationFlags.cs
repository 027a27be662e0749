using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Attar.Distillation.Mitigation;

namespace Attar.Cli.Commands;

/// <summary>What keeps the teacher's bias from the student.</summary>
sealed class MitigationFlags
{
    static readonly MitigationOptions preset = new();

    readonly Option<string> recalibrate = Flag.Text("--recalibrate", null, "Correct the labels by people's judgments, segment by segment, as 'attar audit teacher' names them: brand,price; 'all' is one curve for all", "dimensions");
    readonly Option<double?> dropBelow = Flag.MaybeNumber("--drop-below", "Do not learn from segments in which the teacher's gains correlate less with people's");
    readonly Option<string> fit = Flag.Text("--fit", preset.Fit, "dev or train: the judgments to correct by");
    readonly Option<string> scores = Flag.Text("--teacher-scores", null, "A file with query_id, product_id and the teacher's score of judged pairs, where it runs elsewhere", "file");
    readonly Option<Dictionary<string, double>?> weights = new("--weights") { Description = "Learn from a share of a segment's labels, as brand=Acme:0.5,price=none:0.1", HelpName = "weights", CustomParser = Weights };

    public IReadOnlyList<Option> All => [recalibrate, weights, dropBelow, fit, scores];

    public MitigationOptions? Read(ParseResult parsed)
    {
        string[]? dimensions = parsed.GetValue(recalibrate) is { } named ? (named == "all" ? [] : named.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) : null;
        var options = new MitigationOptions(dimensions, parsed.GetValue(weights), parsed.GetValue(dropBelow), parsed.GetValue(fit)!, parsed.GetValue(scores));
        return options.Recalibrate is null && options.Weights is null && options.DropBelow is null ? null : options;
    }

    static Dictionary<string, double>? Weights(ArgumentResult result)
    {
        var weights = new Dictionary<string, double>();
        foreach (string part in result.Tokens[0].Value.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = part.LastIndexOf(':');
            if (colon < 0 || !double.TryParse(part[(colon + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double weight))
                return Flag.Refuse<Dictionary<string, double>?>(result, "segments with weights, such as brand=Acme:0.5,price=none:0.1");
            weights[part[..colon]] = weight;
        }
        return weights;
    }
}
