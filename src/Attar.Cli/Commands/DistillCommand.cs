using System.CommandLine;
using Attar.Distillation;
using Attar.Models.Heads;
using Attar.Training;

namespace Attar.Cli.Commands;

/// <summary><c>attar distill</c>: a student learns from the teacher's labels, or from the raters alone.</summary>
static class DistillCommand
{
    public static Command Create(string verb, string help)
    {
        var preset = new DistillStage();
        Option<string> student = Flag.Text("--student", preset.Student, "Folder of the workspace to write", "name");
        Option<TargetSource?> learn = Flag.Choice("--learn", preset.Learn, "From the teacher's labels, or from the raters' judgments alone");
        Option<string> from = Flag.Text("--from", null, "A model to start from: of the workspace, such as student-pretrained, a folder, or weights by name, such as minilm (see attar models); otherwise random weights", "model");
        var shape = new StudentShapeFlags();
        Option<int> split = Flag.Whole("--split-layers", 0, "Lower layers that read query and product apart, so that products can be read before any query comes", from: 0);
        Option<Loss?> loss = Flag.Choice("--loss", preset.Loss, "What is minimised");
        Option<int> group = Flag.Whole("--group", preset.Group, "Products of one query that are compared with each other", from: 2);
        Option<float> anchor = Flag.Number("--anchor", preset.Anchor, "Weight of the pointwise term beside the margins");
        Option<float> temperature = Flag.Number("--temperature", preset.Temperature, "Of the losses listwise-kl and info-nce: above 1 the whole order counts, below 1 the best products alone");
        Option<double?> teacher = Flag.MaybeNumber("--teacher-temperature", "Of the teacher in the loss listwise-kl, below --temperature surer of its best products than it is; default: the same");
        Option<ScoreTransform?> transform = Flag.MaybeChoice<ScoreTransform>("--transform", "What the student's own scores become; default: what the labels are");
        Option<bool> hard = Flag.Switch("--hard-targets", "Learn from the grade nearest to each label, not from the label");
        Option<double?> human = Flag.MaybeNumber("--human-weight", "Let people's judgments join the labels; where both spoke of a pair, a judgment weighs so much, from 0 to 1");
        Option<int> round = CommonOptions.Round("Learn from labels-2/");
        Option<int> maxTokens = Flag.Whole("--max-tokens", preset.MaxTokens, "Tokens of one pair; default with --from: the model's own, or 64", from: 8);
        var start = new StartFlags(from, shape.Layers, maxTokens);
        var mitigation = new MitigationFlags();
        var training = new TrainingFlags(TrainingOptions.FromScratch, TrainingOptions.OfLabels);
        return StageCommand.Create(verb, help, [],
            [student, learn, from, .. start.All, .. shape.All, split, loss, group, anchor, temperature, teacher, transform, hard, human, round, maxTokens, .. mitigation.All, .. training.OnPairs],
            parsed => new DistillStage(
                parsed.GetValue(student)!, parsed.GetValue(learn) ?? preset.Learn, parsed.GetValue(from), parsed.GetValue(from) is null ? shape.Read(parsed) : null, parsed.GetResult(split) is { Implicit: false } ? parsed.GetValue(split) : null, parsed.GetValue(loss) ?? preset.Loss,
                parsed.GetValue(group), parsed.GetValue(anchor), parsed.GetValue(from) is null ? parsed.GetValue(maxTokens) : preset.MaxTokens, training.Read(parsed), Mitigation: mitigation.Read(parsed), Temperature: parsed.GetValue(temperature), HardTargets: parsed.GetValue(hard), HumanWeight: (float?)parsed.GetValue(human), Round: parsed.GetValue(round), Transform: parsed.GetValue(transform), Start: start.Read(parsed), TeacherTemperature: (float?)parsed.GetValue(teacher)));
    }
}
