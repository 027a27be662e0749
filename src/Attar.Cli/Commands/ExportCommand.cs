using System.CommandLine;
using Attar.Distillation;

namespace Attar.Cli.Commands;

/// <summary><c>attar export FOLDER</c>: a model as other tools load it.</summary>
static class ExportCommand
{
    public static Command Create(string verb, string help)
    {
        Argument<string> to = Flag.Argument("FOLDER", "The Hugging Face model folder to write");
        Option<string> model = Flag.Text("--model", new ExportStage("").Model, "teacher, student-human or student, a model folder, or weights by name (see attar models)", "name");
        Option<bool> int8 = Flag.Switch("--int8", "Also write onnx/model_int8.onnx: the student in 8 bits");
        Option<bool> adapter = Flag.Switch("--adapter", "In place of a model the teacher's LoRA: PEFT's folder, and adapter.gguf for llama.cpp");
        return StageCommand.Create(verb, help, [to], [model, int8, adapter],
            parsed => new ExportStage(parsed.GetValue(to)!, parsed.GetValue(model)!, parsed.GetValue(int8), parsed.GetValue(adapter)));
    }
}
