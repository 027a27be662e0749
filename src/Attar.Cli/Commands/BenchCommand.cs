using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Models.Encoders;
using Attar.Studies;
using Attar.Tensors.Kernels;

namespace Attar.Cli.Commands;

/// <summary><c>attar bench</c>: what the engine does on this machine, beside the most the machine could do.</summary>
static class BenchCommand
{
    public static Command Create(string verb, string help) => new(verb, help) { BenchGemmCommand.Create(), BenchLabelCommand.Create(), BenchListsCommand.Create(), BenchLoraCommand.Create(), BenchModelCommand.Create(), BenchRerankCommand.Create(), BenchServeCommand.Create(), BenchLabelCommand.CreateTargets(), Train() };

    static Command Train()
    {
        var shape = new EncoderShapeFlags(new EncoderConfig(8000, 256, 4, 4, 1024));
        Option<FileInfo> lengths = new("--lengths") { Description = "A JSON array of pair lengths in tokens", Required = true };
        Option<int> steps = Flag.Whole("--steps", 20, "Steps to time", from: 1), batch = Flag.Whole("--batch", 64, "Pairs a step", from: 2), parts = Flag.Whole("--parts", 2, "Parts of a step, which run side by side on as many threads", from: 1);
        Option<bool> mixed = Flag.Switch("--mixed-precision", "Compute the products in bfloat16");
        Option<bool> speedup = Flag.Switch("--speedup", "Time one thread, too: how much faster all are, and what 16 would be at most");
        var command = new Command("train", "Time training steps of an encoder");
        foreach (Option option in (Option[])[.. shape.All, lengths, steps, batch, parts, mixed, speedup]) command.Add(option);
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed), _ =>
        {
            EncoderConfig config = shape.Read(parsed);
            int[] all = ReadLengths(parsed.GetValue(lengths)!, config.MaxPositions);
            int threads = CommonOptions.Read(parsed).ThreadsGiven ?? Environment.ProcessorCount, pairs = parsed.GetValue(batch), apart = parsed.GetValue(parts);
            if (pairs / apart < 2) throw new InputException("--parts", $"{apart} parts of {pairs} pairs; expected two pairs or more for each");
            bool alone = parsed.GetValue(speedup);
            if (alone && Math.Min(threads, apart) < 2) throw new InputException("--speedup", $"{threads} threads and {apart} parts; expected two or more of each");
            TrainingThroughput result = TrainingBenchmark.Run(config, all, parsed.GetValue(steps), pairs, apart, threads, parsed.GetValue(mixed) ? Precision.BFloat16 : Precision.Float32, alone);
            var json = new JsonObject { ["pairs_per_s"] = Math.Round(result.PairsPerSecond, 1), ["tokens_per_s"] = Math.Round(result.TokensPerSecond, 1), ["peak_share"] = Math.Round(result.PeakShare, 3), ["optimizer_share"] = Math.Round(result.OptimizerShare, 4), ["tape_share"] = Math.Round(result.TapeShare, 4) };
            string text = string.Create(CultureInfo.InvariantCulture, $"{result.PairsPerSecond:0} pairs/s, {result.TokensPerSecond:0} tokens/s, {100 * result.PeakShare:0} % of the multiply-add peak of {threads} threads; of the time {100 * result.OptimizerShare:0.0} % AdamW, {100 * result.TapeShare:0.0} % tape");
            if (result.Speedup is { } times)
            {
                double serial = Amdahl.SerialShare(times, apart, threads), sixteen = Amdahl.Speedup(serial, apart, threads: 16);
                (json["speedup"], json["serial_share"], json["speedup_16"]) = (Math.Round(times, 3), Math.Round(serial, 4), Math.Round(sixteen, 2));
                text += string.Create(CultureInfo.InvariantCulture, $"; {times:0.00} times as fast as one thread, so {100 * serial:0.0} % serial, and 16 threads at most {sixteen:0.0} times");
            }
            return new Result(json, text);
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
