using System.Numerics;
using System.Runtime.CompilerServices;

namespace Attar.Tensors.Kernels.Cpu;

public sealed unsafe partial class CpuKernels
{
    /// <summary>One function of up to two inputs, on whole vectors; the rest of a run goes through a padded copy.</summary>
    interface IElementwise
    {
        static abstract Vector<float> Of(Vector<float> x, Vector<float> y);
    }

    /// <summary>to = f(x, y), element by element.</summary>
    void Map<TFunction>(Tensor x, Tensor y, Tensor to) where TFunction : IElementwise => ForElements(to.Count, (x, y, to), static (s, first, count) =>
    {
        float* a = s.x.Data + first, b = s.y.Data + first, c = s.to.Data + first;
        int i = 0, width = Vector<float>.Count;
        for (; i + width <= count; i += width) TFunction.Of(Load(a + i), Load(b + i)).Store(c + i);
        if (i == count) return;
        float* tail = stackalloc float[2 * width];
        for (int j = i; j < count; j++) (tail[j - i], tail[width + j - i]) = (a[j], b[j]);
        Vector<float> result = TFunction.Of(Load(tail), Load(tail + width));
        for (int j = i; j < count; j++) c[j] = result[j - i];
    });

    readonly struct GeluOf : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Of(Vector<float> x, Vector<float> y) => VectorMath.Gelu(x);
    }

    readonly struct GeluGradient : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Of(Vector<float> x, Vector<float> dy) => dy * VectorMath.GeluSlope(x);
    }

    /// <summary>x σ(2u) with u = sqrt(2/π) (x + 0.044715 x³): (1 + tanh u) / 2 is σ(2u).</summary>
    readonly struct GeluTanhOf : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Of(Vector<float> x, Vector<float> y) => x * VectorMath.Sigmoid(Twice(x));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Twice(Vector<float> x) => x * Vector.FusedMultiplyAdd(x * x, new Vector<float>(.07135481628f), new Vector<float>(1.595769122f));
    }

    /// <summary>σ + x σ (1 - σ) 2u'</summary>
    readonly struct GeluTanhGradient : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Of(Vector<float> x, Vector<float> dy)
        {
            Vector<float> s = VectorMath.Sigmoid(GeluTanhOf.Twice(x));
            Vector<float> slope = Vector.FusedMultiplyAdd(x * x, new Vector<float>(.2140644488f), new Vector<float>(1.595769122f));
            return dy * s * (Vector<float>.One + x * (Vector<float>.One - s) * slope);
        }
    }

    readonly struct ReluOf : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Of(Vector<float> x, Vector<float> y) => Vector.Max(x, Vector<float>.Zero);
    }

    readonly struct ReluGradient : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Of(Vector<float> y, Vector<float> dy) => Vector.ConditionalSelect(Vector.GreaterThan(y, Vector<float>.Zero), dy, Vector<float>.Zero);
    }

    readonly struct SwiGluOf : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Of(Vector<float> gate, Vector<float> up) => gate * VectorMath.Sigmoid(gate) * up;
    }

    readonly struct TanhOf : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Of(Vector<float> x, Vector<float> y) => VectorMath.Tanh(x);
    }

    readonly struct TanhGradient : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Of(Vector<float> y, Vector<float> dy) => dy * (Vector<float>.One - y * y);
    }

    /// <summary>d silu(g) = σ(g) (1 + g (1 - σ(g))); the caller multiplies by up.</summary>
    readonly struct SiluGradient : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Of(Vector<float> gate, Vector<float> dy)
        {
            Vector<float> s = VectorMath.Sigmoid(gate);
            return dy * s * (Vector<float>.One + gate * (Vector<float>.One - s));
        }
    }

    readonly struct Product : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Of(Vector<float> x, Vector<float> y) => x * y;
    }

    public void Fill(Tensor x, float value) => ForElements(x.Count, (x, value), static (s, first, count) => new Span<float>(s.x.Data + first, count).Fill(s.value));

    public void Copy(Tensor from, Tensor to) => ForElements(from.Count, (from, to), static (s, first, count) =>
        new ReadOnlySpan<float>(s.from.Data + first, count).CopyTo(new Span<float>(s.to.Data + first, count)));

    public void AddScaled(Tensor x, float scale, Tensor y) => ForElements(x.Count, (x, scale, y), static (s, first, count) =>
        VectorMath.AddScaled(s.x.Data + first, s.scale, s.y.Data + first, count));

    public void Gelu(Tensor x, Tensor y) => Map<GeluOf>(x, x, y);
    public void GeluBackward(Tensor x, Tensor dy, Tensor dx) => Map<GeluGradient>(x, dy, dx);
    public void GeluTanh(Tensor x, Tensor y) => Map<GeluTanhOf>(x, x, y);
    public void GeluTanhBackward(Tensor x, Tensor dy, Tensor dx) => Map<GeluTanhGradient>(x, dy, dx);
    public void Relu(Tensor x, Tensor y) => Map<ReluOf>(x, x, y);
    public void ReluBackward(Tensor y, Tensor dy, Tensor dx) => Map<ReluGradient>(y, dy, dx);
    public void Multiply(Tensor x, Tensor y, Tensor to) => Map<Product>(x, y, to);
    public void Tanh(Tensor x, Tensor y) => Map<TanhOf>(x, x, y);
    public void TanhBackward(Tensor y, Tensor dy, Tensor dx) => Map<TanhGradient>(y, dy, dx);
    public void SwiGlu(Tensor gate, Tensor up, Tensor y) => Map<SwiGluOf>(gate, up, y);

    public void SwiGluBackward(Tensor gate, Tensor up, Tensor dy, Tensor dGate, Tensor dUp)
    {
        Map<SiluGradient>(gate, dy, dGate);
        Map<Product>(dGate, up, dGate);
        Map<SwiGluOf>(gate, dy, dUp); // silu(gate) dy
    }

    public void Dropout(Tensor x, Tensor y, float probability, ulong seed) =>
        ForElements(x.Count, (x, y, draw: new Draw(probability, seed)), static (s, first, count) =>
        {
            float* from = s.x.Data + first, to = s.y.Data + first;
            int i = 0, width = Vector<float>.Count;
            for (; i + width <= count; i += width) s.draw.Keep(Load(from + i), (uint)(first + i)).Store(to + i);
            if (i == count) return;
            float* tail = stackalloc float[width];
            for (int j = i; j < count; j++) tail[j - i] = from[j];
            Vector<float> result = s.draw.Keep(Load(tail), (uint)(first + i));
            for (int j = i; j < count; j++) to[j] = result[j - i];
        });

    /// <summary>What dropout keeps: the hash of an element's index and the seed decides.</summary>
    readonly struct Draw(float probability, ulong seed)
    {
        readonly Vector<uint> threshold = new((uint)(probability * 4294967296.0)), key = new((uint)(seed ^ (seed >> 32)));
        readonly Vector<float> scale = new(1 / (1 - probability));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Keep(Vector<float> value, uint index)
        {
            Vector<uint> kept = Vector.GreaterThanOrEqual(Hash(Vector<uint>.Indices + new Vector<uint>(index), key), threshold);
            return Vector.ConditionalSelect(Vector.AsVectorSingle(kept), value * scale, Vector<float>.Zero);
        }
    }

    /// <summary>A counter-based random number: two rounds of multiply and xor-shift (constants: Wellons 2018, «lowbias32»).</summary>
    static Vector<uint> Hash(Vector<uint> index, Vector<uint> key)
    {
        Vector<uint> h = index * new Vector<uint>(0x9E3779B9) ^ key;
        h = (h ^ (h >>> 16)) * new Vector<uint>(0x7FEB352D);
        h = (h ^ (h >>> 15)) * new Vector<uint>(0x846CA68B);
        return h ^ (h >>> 16);
    }

    public void MoveInto(IReadOnlyList<(Tensor From, Tensor To)> pairs)
    {
        List<(int Tensor, long First, int Count)> runs = RunsOf([.. pairs.Select(pair => pair.From.Count)]);
        team.For(runs.Count, (pairs, runs), static (s, task, _) =>
        {
            (int tensor, long first, int count) = s.runs[task];
            float* from = s.pairs[tensor].From.Data + first;
            VectorMath.AddScaled(from, 1, s.pairs[tensor].To.Data + first, count);
            new Span<float>(from, count).Clear();
        });
    }

    public void AdamW(IReadOnlyList<AdamWSlot> slots, in AdamWStep step)
    {
        List<(int Tensor, long First, int Count)> runs = RunsOf([.. slots.Select(slot => slot.Parameter.Count)]);
        team.For(runs.Count, (slots, runs, step), static (s, task, _) =>
        {
            (int tensor, long first, int count) = s.runs[task];
            AdamWRun(s.slots[tensor], first, count, s.step);
        });
    }

    static void AdamWRun(in AdamWSlot slot, long first, int count, in AdamWStep s)
    {
        float* p = slot.Parameter.Data + first, g = slot.Gradient.Data + first, m = slot.Mean.Data + first, v = slot.Variance.Data + first;
        float learningRate = s.LearningRate * slot.Rate, rate = learningRate / s.MeanCorrection, root = 1 / MathF.Sqrt(s.VarianceCorrection), decay = slot.Decays ? 1 - learningRate * s.WeightDecay : 1;
        int i = 0, width = Vector<float>.Count;
        for (; i + width <= count; i += width)
        {
            Vector<float> grad = Load(g + i) * s.GradientScale;
            Vector<float> newMean = Load(m + i) * s.Beta1 + grad * (1 - s.Beta1);
            Vector<float> newVariance = Load(v + i) * s.Beta2 + grad * grad * (1 - s.Beta2);
            newMean.Store(m + i);
            newVariance.Store(v + i);
            Vector<float>.Zero.Store(g + i);
            (Load(p + i) * decay - newMean * rate / (Vector.SquareRoot(newVariance) * root + new Vector<float>(s.Epsilon))).Store(p + i);
        }
        for (; i < count; i++)
        {
            float grad = g[i] * s.GradientScale;
            m[i] = m[i] * s.Beta1 + grad * (1 - s.Beta1);
            v[i] = v[i] * s.Beta2 + grad * grad * (1 - s.Beta2);
            p[i] = p[i] * decay - m[i] * rate / (MathF.Sqrt(v[i]) * root + s.Epsilon);
            g[i] = 0;
        }
    }
}
