using System.CommandLine;
using Attar.Teaching;
using Attar.Training;

namespace Attar.Cli.Commands;

/// <summary><c>attar teach</c>: the teacher learns the raters' grades.</summary>
static class TeachCommand
{
    public static Command Create()
    {
        Option<string> from = Flag.Text("--from", null, "A model folder of the workspace or elsewhere to start from, such as teacher-pretrained; otherwise random weights", "folder");
        var shape = new TeacherShapeFlags();
        Option<int> maxTokens = Flag.Whole("--max-tokens", new TeachStage().MaxTokens, "Tokens of one pair of a new teacher", from: 8);
        var lora = new LoraFlags();
        Option<string> name = Flag.Text("--name", new TeachStage().Name, "Folder of the workspace to write; with other names several teachers can label together", "name");
        Option<int> grades = Flag.Whole("--grades", 0, "Grades that the teacher tells apart, where ratings are means: more than the data's, such as 5 for 3; 0: the data's", from: 0);
        var training = new TrainingFlags(new TrainingOptions());
        return StageCommand.Create("teach", "Teach the teacher the raters' grades: teacher/", [], [from, .. shape.All, maxTokens, name, grades, .. lora.All, .. training.OnPairs],
            parsed => new TeachStage(parsed.GetValue(from), parsed.GetValue(from) is null ? shape.Read(parsed) : null, parsed.GetValue(maxTokens), training.Read(parsed), lora.Read(parsed), parsed.GetValue(name)!, parsed.GetValue(grades) is > 0 and var finer ? finer : null));
    }
}
