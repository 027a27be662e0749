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
        Option<ScoreTransform?> transform = Flag.Choice("--transform", preset.Transform, "What the teacher's distribution over grades becomes");
        var teacher = new TeacherFlags();
        Command command = StageCommand.Create("label", "Let the teacher score the generated pairs: labels/", [], [transform, .. teacher.All],
            parsed => new LabelStage(parsed.GetValue(transform) ?? preset.Transform, teacher.Read(parsed)));
        command.Validators.Add(teacher.Validate);
        return command;
    }
}
