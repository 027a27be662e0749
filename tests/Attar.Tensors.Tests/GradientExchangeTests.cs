using Attar.Tensors.Autograd;
using Attar.Tensors.Collectives;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Tensors.Tests;

/// <summary>Gradients of three parts, on one rank.</summary>
public sealed class GradientExchangeTests : IDisposable
{
    const int Parts = 3;

    readonly Parameter[] parameters = [.. Enumerable.Range(0, 4).Select(i => new Parameter($"p{i}", Tensor.Zeros(512, 512), decays: false))]; // each a bucket of its own;
    readonly GradientStore[] stores = [.. Enumerable.Range(0, Parts).Select(part => new GradientStore(own: part == 0))];
    readonly CpuKernels kernels = new(1);
    readonly Arena arena = new();
    readonly OneRank alone = new();
    readonly GradientExchange exchange;

    public GradientExchangeTests() => exchange = new(alone, parameters, stores);

    public void Dispose()
    {
        foreach (Parameter parameter in parameters) parameter.Dispose();
        foreach (GradientStore store in stores) store.Dispose();
        alone.Dispose();
        kernels.Dispose();
        arena.Dispose();
    }

    [Fact]
    public void A_parameter_s_gradient_is_the_sum_of_all_parts_in_every_step()
    {
        foreach (int step in (int[])[1, 2, 3])
        {
            Step(step, [0, 1, 2]);
            Assert.All(parameters[..3], parameter => Assert.Equal(-1, parameter.Gradient!.Span.IndexOfAnyExcept(step * (1f + 2 + 4))));
            Assert.Null(parameters[3].Gradient);
            foreach (Parameter parameter in parameters[..3]) parameter.Gradient!.Span.Clear();
        }
    }

    [Fact]
    public void A_parameter_that_is_used_later_and_a_tape_of_another_course_lose_nothing()
    {
        Step(1, [0, 1]);
        Step(1, [3, 1, 0, 2]);
        Assert.Equal([14, 14, 7, 7], parameters.Select(parameter => parameter.Gradient!.Span[0]));
    }

    [Fact]
    public void A_gradient_behind_the_last_one_is_refused()
    {
        Step(1, [0, 1]);
        var fault = Assert.Throws<InvalidOperationException>(() => Step(1, [1, 0]));
        Assert.Contains("gets a gradient after its last one", fault.Message);
    }

    /// <summary>A step whose parts give each parameter in turn a gradient of <paramref name="scale"/>, twice and four times that.</summary>
    void Step(float scale, int[] order)
    {
        exchange.Begin();
        for (int part = 0; part < Parts; part++)
        {
            arena.Reset();
            var tape = new Tape(kernels, arena, training: true, weights: stores[part]);
            float value = scale * (1 << part);
            foreach (int i in order)
                tape.Record(() =>
                {
                    foreach (ref float element in tape.GradientOf(parameters[i], out _).Span) element += value;
                });
            exchange.Watch(part, kernels);
            tape.Backward();
            exchange.End(part, kernels);
        }
        Assert.False(exchange.Finish([0], stop: false, kernels));
    }

    sealed class OneRank : Communicator
    {
        public override int Rank => 0;

        public override int Size => 1;

        public override void Abort(int code) => throw new NotSupportedException();

        protected override void Exchange(Tensor from, Tensor to) => from.Span.CopyTo(to.Span);

        protected override void Collect(Tensor own, Tensor all) => own.Span[..all.Columns].CopyTo(all.Span);
    }
}
