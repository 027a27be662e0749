using System.CommandLine;
using Attar.Models.Encoders;
using Attar.Models.Tokenizers;
using Attar.Studies;

namespace Attar.Cli.Commands;

/// <summary><c>attar bench model</c>: a student of a given shape and random weights, to be measured.</summary>
static class BenchModelCommand
{
    public static Command Create()
    {
        var shape = new EncoderShapeFlags(new EncoderConfig(8000, 384, 6, 12, 1536));
        Option<bool> overlap = Flag.Switch("--overlap", "Give it the embedding that marks words which stand on both sides");
        Option<int> split = Flag.Whole("--split-layers", 0, "Lower layers that read query and product apart");
        Option<string> tokenizer = Flag.Text("--tokenizer", null, "A folder whose tokenizer it takes, instead of a vocabulary of made-up words", "folder");
        Option<string> to = Flag.Text("--out", "bench-model", "The model folder to write", "folder");
        var command = new Command("model", "Write a model of random weights, onnx/model.onnx included");
        foreach (Option option in (Option[])[.. shape.All, overlap, split, tokenizer, to]) command.Add(option);
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed), execution =>
        {
            EncoderConfig config = shape.Read(parsed) with { Overlap = parsed.GetValue(overlap) ? OverlapMarks.Graded : OverlapMarks.None, Split = parsed.GetValue(split) };
            string folder = parsed.GetValue(to)!;
            WordPieceTokenizer words = parsed.GetValue(tokenizer) is { } from ? WordPieceTokenizer.Load(from) : RandomModel.Tokenizer(config.VocabularySize);
            RandomModel.Write(folder, config, words, execution.Options.SeedGiven ?? CommonOptions.DefaultSeed);
            return new Result(new() { ["model"] = Path.GetFullPath(folder) }, $"{folder}: {config.Layers} layers, width {config.Hidden}, {words.VocabularySize} tokens, random weights");
        }));
        return command;
    }
}
