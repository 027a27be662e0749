using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Attar.Models.Decoders;
using Attar.Studies;
using Attar.Tensors;
using Attar.Tensors.Kernels;
using Attar.Training;

namespace Attar.Cli.Commands;

/// <summary><c>attar bench lora</c>: memory and time that a large teacher takes to be trained through LoRA, or to label.</summary>
static class BenchLoraCommand
{
    enum Part { Train, Label }

    public static Command Create()
    {
        DecoderConfig preset = LoraBenchmark.Qwen;
        Argument<Part> part = Flag.Choice<Part>("PART", "train or label; each in a process of its own, for the memory is the process's");
        Option<int> layers = Flag.Whole("--layers", preset.Layers, "Layers", from: 1), hidden = Flag.Whole("--hidden", preset.Hidden, "Width", from: 1),
            heads = Flag.Whole("--heads", preset.Heads, "Attention heads", from: 1), keyHeads = Flag.Whole("--key-heads", preset.KeyHeads, "Key and value heads", from: 1),
            ffn = Flag.Whole("--ffn", preset.Intermediate, "Width of the feed-forward layers", from: 1), vocabulary = Flag.Whole("--vocab", preset.VocabularySize, "Tokens of the vocabulary", from: 1),
            length = Flag.Whole("--length", 64, "Tokens of a pair", from: 1), steps = Flag.Whole("--steps", 3, "Steps to time", from: 1), pairs = Flag.Whole("--pairs", 256, "Pairs of one step of labelling", from: 1);
        Option<string> format = Flag.Text("--format", "bfloat16", "What the decoder's own matrices are kept in: float32, bfloat16, or blocks of a GGUF file such as q4_1 or q6_k", "name");
        Option<Precision> precision = Flag.InPrecision();
        var lora = new LoraFlags(preset: 8);
        var benchmarked = new TrainingOptions(Epochs: 1, LearningRate: 2e-4f, MixedPrecision: false);
        var training = new TrainingFlags(benchmarked);
        var command = new Command("lora", "Time LoRA training of, or labelling by, a decoder of random weights; the shape is Qwen2.5-0.5B's unless given") { part };
        foreach (Option option in (Option[])[layers, hidden, heads, keyHeads, ffn, vocabulary, length, steps, pairs, format, precision, .. lora.All, .. training.All]) command.Add(option);
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed), execution =>
        {
            DecoderConfig config = preset with
            {
                Layers = parsed.GetValue(layers),
                Hidden = parsed.GetValue(hidden),
                Heads = parsed.GetValue(heads),
                KeyHeads = parsed.GetValue(keyHeads),
                Intermediate = parsed.GetValue(ffn),
                VocabularySize = parsed.GetValue(vocabulary),
            };
            if (config.Hidden % config.Heads != 0 || config.HeadSize % 2 != 0 || config.Heads % config.KeyHeads != 0)
                throw new InputException("--heads", $"{config.Heads} heads and {config.KeyHeads} key heads cannot share a width of {config.Hidden}; expected heads of an even width each, in equal groups");
            int threads = execution.Options.ThreadsGiven ?? Environment.ProcessorCount;
            var bench = new LoraBenchmark(config, parsed.GetValue(length), threads, FormatOf(parsed.GetValue(format)!, config));
            TrainingOptions options = training.Read(parsed).Or(benchmarked);
            TeacherCost cost = parsed.GetValue(part) == Part.Train
                ? bench.Train(lora.Read(parsed) ?? throw new InputException("--lora", "found 0; expected a rank from 1"), parsed.GetValue(steps), options, execution.Progress, execution.Cancel)
                : bench.Label(parsed.GetValue(steps), parsed.GetValue(pairs), parsed.GetValue(precision), execution.Progress, execution.Cancel);
            return Describe(cost, threads);
        }));
        return command;
    }

    static NumberFormat FormatOf(string name, DecoderConfig config)
    {
        string[] names = [.. Enum.GetNames<NumberFormat>().Where(known => known != nameof(NumberFormat.Float16))];
        if (names.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } found) throw new InputException("--format", $"found {name}; expected one of {string.Join(", ", names).ToLowerInvariant()}");
        var format = Enum.Parse<NumberFormat>(found);
        int block = Blocks.ValuesOf(format);
        if (config.Hidden % block != 0 || config.Intermediate % block != 0 || config.HeadSize * config.Heads % block != 0)
            throw new InputException("--format", $"rows of {config.Hidden} and {config.Intermediate} values are no whole blocks of {format}; expected widths of a multiple of {block}");
        return format;
    }

    static Result Describe(TeacherCost cost, int threads) => new(
        new JsonObject { ["tokens_per_s"] = Math.Round(cost.TokensPerSecond, 1), ["peak_bytes"] = cost.PeakBytes, ["peak_share"] = Math.Round(cost.PeakShare, 3) },
        string.Create(CultureInfo.InvariantCulture, $"{cost.TokensPerSecond:0} tokens/s, {cost.PeakBytes / (double)(1L << 30):0.00} GiB at most, {100 * cost.PeakShare:0} % of the multiply-add peak of {threads} threads"));
}
