#:project ../src/Attar.Models/Attar.Models.csproj
#:package LLamaSharp@0.30.0
#:package LLamaSharp.Backend.Cpu@0.30.0
#:package System.Numerics.Tensors@10.0.13
#:property ManagePackageVersionsCentrally=false
#:property PublishAot=false
#:property NoWarn=$(NoWarn);NU1608;CA1416

// How fast prompts of a GGUF file are read, by Attar and by llama.cpp (through LLamaSharp), in turn in one process:
//   dotnet run -c Release benchmarks/language_model.cs -- MODEL.gguf [PROMPTS] [TOKENS] [ROUNDS]
// Prompts are random tokens, 46 each unless told otherwise, as pairs of Home Depot are. Attar scores them as a teacher of two grades does, with weights
// laid out once in float32 and in bfloat16; llama.cpp reads one prompt at a time, and as many together as a batch of 512 tokens holds. Every figure is of a median round.

using System.Diagnostics;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;
using LLama;
using LLama.Common;
using LLama.Native;

string file = args[0];
int prompts = args.Length > 1 ? int.Parse(args[1]) : 64, tokens = args.Length > 2 ? int.Parse(args[2]) : 46, rounds = args.Length > 3 ? int.Parse(args[3]) : 5, threads = Environment.ProcessorCount;
NativeLibraryConfig.All.WithLogCallback((_, _) => { });

using PairModel model = ModelStore.LoadForGrades(file, [0, 1], seed: 1, trainable: false, new ModelStart(OverlapMarks.None));
var random = new Random(1);
TokenPair[] pairs = [.. Enumerable.Range(0, prompts).Select(_ => new TokenPair([.. Enumerable.Range(0, tokens).Select(_ => random.Next(1000, model.VocabularySize))], new byte[tokens], new byte[tokens]))];
using var kernels = new CpuKernels(threads);
using var wide = new PairScorer(model, kernels, frozen: true);
using var narrow = new PairScorer(model, kernels, frozen: true, Precision.BFloat16);
float[] logits = new float[2 * prompts];

const int Batch = 512;
var settings = new ModelParams(file) { GpuLayerCount = 0, ContextSize = 2048, BatchSize = Batch, UBatchSize = Batch, Threads = threads, BatchThreads = threads, SeqMax = 16 };
using LLamaWeights weights = LLamaWeights.LoadFromFile(settings);
using LLamaContext context = weights.CreateContext(settings);

(string Name, Action Run)[] ways =
[
    ("Attar float32", () => wide.Logits(pairs, logits)),
    ("Attar bfloat16", () => narrow.Logits(pairs, logits)),
    ("llama.cpp, one prompt at a time", () => Read(1)),
    ("llama.cpp, prompts together", () => Read(Math.Min(16, Batch / tokens))),
];
List<double>[] rates = [.. ways.Select(_ => new List<double>())];
for (int round = -1; round < rounds; round++) // the first warms up
    for (int way = 0; way < ways.Length; way++)
    {
        long began = Stopwatch.GetTimestamp();
        ways[way].Run();
        if (round >= 0) rates[way].Add(prompts * tokens / Stopwatch.GetElapsedTime(began).TotalSeconds);
    }
double best = rates[2..].Max(Median);
Console.WriteLine($"{prompts} prompts of {tokens} tokens, {threads} threads, {rounds} rounds");
for (int way = 0; way < ways.Length; way++)
    Console.WriteLine($"{ways[way].Name,-34} {Median(rates[way]),8:0} tokens/s {Median(rates[way]) / tokens,7:0.0} prompts/s  {Median(rates[way]) / best:0.00} of llama.cpp's best ({rates[way].Min():0}..{rates[way].Max():0})");

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

void Read(int together)
{
    for (int first = 0; first < prompts; first += together)
    {
        context.NativeHandle.MemoryClear();
        var batch = new LLamaBatch();
        for (int prompt = first; prompt < Math.Min(prompts, first + together); prompt++)
            for (int i = 0; i < tokens; i++) batch.Add(pairs[prompt].Ids[i], i, (LLamaSeqId)(prompt - first), i == tokens - 1);
        if (context.Decode(batch) != DecodeResult.Ok) throw new InvalidOperationException("llama.cpp did not read the batch");
    }
}
