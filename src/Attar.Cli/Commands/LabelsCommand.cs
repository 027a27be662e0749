using System.CommandLine;
using Attar.Labeling.Exchange;
using Attar.Models.Heads;

namespace Attar.Cli.Commands;

/// <summary><c>attar labels import|export</c>: the label store in the forms of other projects.</summary>
static class LabelsCommand
{
    public static Command Create() => new("labels", "Exchange labels with other projects") { Import(), Export() };

    static Command Import()
    {
        Argument<LabelFormat> format = Flag.Choice<LabelFormat>("FORMAT", "neural-ranking-kd or flag-embedding");
        Argument<string> from = Flag.Argument("FILE", "The file to read");
        Option<string> teacher = Flag.Text("--teacher", "unknown", "Who scored, for the manifest", "name");
        Option<ScoreTransform?> transform = Flag.Choice("--transform", ScoreTransform.Logit, "What the scores are");
        return StageCommand.Create("import", "Make labels/ of another project's scores", [format, from], [teacher, transform],
            parsed => new ImportLabelsStage(parsed.GetValue(format), parsed.GetValue(from)!, parsed.GetValue(teacher)!, parsed.GetValue(transform) ?? ScoreTransform.Logit));
    }

    static Command Export()
    {
        Argument<LabelFormat> format = Flag.Choice<LabelFormat>("FORMAT", "neural-ranking-kd or flag-embedding");
        Argument<string> to = Flag.Argument("FILE", "The file to write");
        Option<int> round = CommonOptions.Round("Write labels-2/");
        return StageCommand.Create("export", "Write the labels for another project to train with", [format, to], [round],
            parsed => new ExportLabelsStage(parsed.GetValue(format), parsed.GetValue(to)!, parsed.GetValue(round)));
    }
}
