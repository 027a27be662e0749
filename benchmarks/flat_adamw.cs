#:project ../src/Attar.Tensors/Attar.Tensors.csproj
#:property PublishAot=false
// dotnet run -c Release benchmarks/flat_adamw.cs
// What AdamW would gain from one flat buffer: norm and step of an encoder's tensors one by one, all in one pass, and of one tensor of as many numbers. Two threads.
using System.Diagnostics;
using Attar.Tensors;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;

const int Vocabulary = 8000, Positions = 512, WarmUp = 10, Steps = 50;
foreach ((int layers, int h) in new[] { (4, 256), (6, 384) })
{
    (int Rows, int Columns)[] layer = [(h, h), (h, h), (h, h), (h, h), (4 * h, h), (h, 4 * h), (1, 4 * h), .. Enumerable.Repeat((1, h), 9)];
    (int Rows, int Columns)[] shapes = [(Vocabulary, h), (Positions, h), (2, h), (1, h), (1, h), .. Enumerable.Repeat(layer, layers).SelectMany(own => own), (h, h), (1, h), (1, h), (1, 1)];
    int count = shapes.Sum(shape => shape.Rows * shape.Columns);
    using var kernels = new CpuKernels(2);
    AdamWSlot[] apart = [.. shapes.Select(shape => Slot(shape.Rows, shape.Columns))], flat = [Slot(1, count)];
    var times = new List<(double, double, double)>();
    for (int step = 0; step < WarmUp + Steps; step++) times.Add((apart.Sum(slot => Step(kernels, [slot])), Step(kernels, apart), Step(kernels, flat)));
    times.RemoveRange(0, WarmUp);
    Console.WriteLine($"{layers}x{h}: {count} parameters, {shapes.Length} tensors one by one {Median(times.Select(t => t.Item1)):0.00} ms, in one pass {Median(times.Select(t => t.Item2)):0.00} ms, flat {Median(times.Select(t => t.Item3)):0.00} ms (medians of {Steps})");
}

static AdamWSlot Slot(int rows, int columns)
{
    Tensor[] state = [.. Enumerable.Range(0, 4).Select(_ => Tensor.Zeros(rows, columns))];
    foreach (Tensor random in state.Take(2))
        foreach (ref float value in random.Span) value = Random.Shared.NextSingle();
    return new AdamWSlot(state[0], state[1], state[2], state[3], Decays: true);
}

static double Step(IKernels kernels, AdamWSlot[] slots)
{
    long began = Stopwatch.GetTimestamp();
    double squares = kernels.SumOfSquares([.. slots.Select(slot => slot.Gradient)]);
    kernels.AdamW(slots, new AdamWStep(1e-4f, .9f, .999f, 1e-8f, .01f, .1f, .001f, (float)(1 / Math.Max(1, squares))));
    return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
}

static double Median(IEnumerable<double> values) => values.Order().ElementAt(Steps / 2);
