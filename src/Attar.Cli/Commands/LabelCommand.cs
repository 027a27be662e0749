using System.CommandLine;
using Attar.Labeling;
using Attar.Models.Heads;

namespace Attar.Cli.Commands;

/// <summary><c>attar label</c>: the teacher scores the generated pairs.</summary>
static class LabelCommand
{
    public static Command Create()
    {
        var preset = new LabelStage();
        Option<ScoreTransform?> transform = Flag.Choice("--transform", preset.Transform, "What the teacher's distribution over grades becomes; raw: the score of a model of one logit, as it is");
        Option<string> teachers = Flag.Text("--teachers", null, "Teachers that run here, separated by commas, whose scores are averaged: names in the workspace, model folders or weights by name, an encoder of sentences such as minilm among them, in 8 bits as teacher@int8, in 16 as teacher@bf16; or bm25 alone; default: teacher", "names");
        Option<double> minAgreement = Flag.Number("--min-agreement", preset.MinAgreement, "Share of a query's product pairs that a teacher in fewer bits must order as in float32; 0 accepts any");
        Option<int> round = CommonOptions.Round("Label pairs-2/, and take over what labels/ has of them: labels-2/");
        Option<string> template = Flag.PairTemplate();
        var endpoint = new TeacherFlags();
        Command command = StageCommand.Create("label", "Let the teacher score the generated pairs: labels/", [], [transform, teachers, minAgreement, template, round, .. endpoint.All],
            parsed => new LabelStage(
                parsed.GetValue(transform) ?? preset.Transform,
                endpoint.Read(parsed),
                parsed.GetValue(teachers)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                parsed.GetValue(minAgreement),
                parsed.GetValue(round),
                parsed.GetValue(template)));
        command.Validators.Add(endpoint.Validate);
        return command;
    }
}
