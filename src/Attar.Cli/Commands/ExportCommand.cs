using System.CommandLine;
using Attar.Distillation;

namespace Attar.Cli.Commands;

/// <summary><c>attar export FOLDER</c>: a model as other tools load it.</summary>
static class ExportCommand
{
    public static Command Create()
    {
        Argument<string> to = Flag.Argument("FOLDER", "The Hugging Face model folder to write");
        Option<string> model = Flag.Text("--model", new ExportStage("").Model, "teacher, student-human or student", "name");
        return StageCommand.Create("export", "Copy a model to a Hugging Face folder that can be served", [to], [model],
            parsed => new ExportStage(parsed.GetValue(to)!, parsed.GetValue(model)!));
    }
}
