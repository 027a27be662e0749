using System.CommandLine;
using Attar.Teaching;

namespace Attar.Cli.Commands;

/// <summary><c>attar pretrain</c>: a model from scratch on the catalogue's text.</summary>
static class PretrainCommand
{
    public static Command Create(string verb, string help)
    {
        Argument<ModelRole> model = Flag.Choice<ModelRole>("MODEL", "teacher or student");
        var teacher = new TeacherShapeFlags("--teacher-");
        var student = new StudentShapeFlags("--student-");
        Option<int> maxTokens = Flag.Whole("--max-tokens", new PretrainStage(ModelRole.Teacher).MaxTokens, "Tokens of one sequence", from: 8);
        Option<string> titles = Flag.Text("--titles", null, "Products of other shops to read as well: tab-separated lines with a column title, perhaps brand and category", "file");
        Option<string> name = Flag.Text("--name", null, "Folder of the workspace to write [default: teacher-pretrained or student-pretrained]", "name");
        Option<double?> maskedShare = Flag.MaybeNumber("--masked-share", "Of the words, which a student is to find again; more is harder [default: 0.15]");
        var training = new TrainingFlags(PretrainStage.Preset);
        return StageCommand.Create(verb, help, [model],
            [.. teacher.All, .. student.All, maxTokens, titles, maskedShare, name, .. training.All],
            parsed => parsed.GetValue(model) is var role && role == ModelRole.Teacher ? Stage(parsed, role) with { Teacher = teacher.Read(parsed) } : Stage(parsed, role) with { Student = student.Read(parsed) });

        PretrainStage Stage(ParseResult parsed, ModelRole role) =>
            new(role, MaxTokens: parsed.GetValue(maxTokens), Training: training.Read(parsed), Titles: parsed.GetValue(titles), Name: parsed.GetValue(name), MaskedShare: parsed.GetValue(maskedShare));
    }
}
