using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Experiments;
using Attar.Models.Encoders;

namespace Attar.Cli.Commands;

/// <summary><c>attar bench</c>: what the engine does on this machine, beside the most the machine could do.</summary>
static class BenchCommand
{
    public static Command Create() => new("bench", "Measure the engine on this machine") { BenchGemmCommand.Create(), BenchRerankCommand.Create(), Train() };

    static Command Train()
    {
        Option<int> layers = Flag.Whole("--layers", 4, "Encoder layers", from: 1), hidden = Flag.Whole("--hidden", 256, "Width", from: 1);
        Option<int> heads = Flag.Whole("--heads", 4, "Attention heads", from: 1), ffn = Flag.Whole("--ffn", 1024, "Width of the feed-forward layer", from: 1);
        Option<int> vocabulary = Flag.Whole("--vocab", 8000, "Tokens of the vocabulary", from: 1);
        Option<FileInfo> lengths = new("--lengths") { Description = "A JSON array of pair lengths in tokens", Required = true };
        Option<int> steps = Flag.Whole("--steps", 20, "Steps to time", from: 1), batch = Flag.Whole("--batch", 64, "Pairs a step", from: 2);
        var command = new Command("train", "Time training steps of an encoder") { layers, hidden, heads, ffn, vocabulary, lengths, steps, batch };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed), _ =>
        {
            var config = new EncoderConfig(parsed.GetValue(vocabulary), parsed.GetValue(hidden), parsed.GetValue(layers), parsed.GetValue(heads), parsed.GetValue(ffn), Overlap: false);
            int[] all = ReadLengths(parsed.GetValue(lengths)!, config.MaxPositions);
            int threads = CommonOptions.Read(parsed).ThreadsGiven ?? Environment.ProcessorCount;
            TrainingThroughput result = TrainingBenchmark.Run(config, all, parsed.GetValue(steps), parsed.GetValue(batch), threads);
            return new Result(
                new JsonObject { ["pairs_per_s"] = Math.Round(result.PairsPerSecond, 1), ["tokens_per_s"] = Math.Round(result.TokensPerSecond, 1), ["peak_share"] = Math.Round(result.PeakShare, 3) },
                string.Create(CultureInfo.InvariantCulture, $"{result.PairsPerSecond:0} pairs/s, {result.TokensPerSecond:0} tokens/s, {100 * result.PeakShare:0} % of the multiply-add peak of {threads} threads"));
        }));
        return command;
    }

    static int[] ReadLengths(FileInfo file, int most)
    {
        try
        {
            int[] lengths = JsonSerializer.Deserialize<int[]>(File.ReadAllText(file.FullName)) ?? [];
            if (lengths.Length > 0 && lengths.All(n => n >= 1 && n <= most)) return lengths;
            throw new JsonException($"each from 1 to {most}");
        }
        catch (Exception fault) when (fault is JsonException or IOException)
        {
            throw new InputException(file.FullName, $"expected a JSON array of lengths, {fault.Message}");
        }
    }
}
