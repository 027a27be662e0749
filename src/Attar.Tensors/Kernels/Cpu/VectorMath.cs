using System.Numerics;

namespace Attar.Tensors.Kernels.Cpu;

/// <summary>Elementary functions on vectors of whatever width the processor has.</summary>
static class VectorMath
{
    /// <summary>e^x within 2 units in the last place: 2^n times a degree-6 polynomial on |r| &lt;= ln2/2; 0 below -87, capped above 88.</summary>
    public static Vector<float> Exp(Vector<float> x)
    {
        Vector<float> bounded = Vector.Min(Vector.Max(x, new Vector<float>(-87.3f)), new Vector<float>(88.3f));
        Vector<float> n = Vector.Floor(Vector.FusedMultiplyAdd(bounded, new Vector<float>(1.44269504f), new Vector<float>(.5f)));
        Vector<float> r = Vector.FusedMultiplyAdd(n, new Vector<float>(-.693359375f), bounded); // ln 2 in two parts keeps r exact
        r = Vector.FusedMultiplyAdd(n, new Vector<float>(2.12194440e-4f), r);
        Vector<float> p = new(1f / 720);
        p = Vector.FusedMultiplyAdd(p, r, new Vector<float>(1f / 120));
        p = Vector.FusedMultiplyAdd(p, r, new Vector<float>(1f / 24));
        p = Vector.FusedMultiplyAdd(p, r, new Vector<float>(1f / 6));
        p = Vector.FusedMultiplyAdd(p, r, new Vector<float>(.5f));
        p = Vector.FusedMultiplyAdd(p, r, Vector<float>.One);
        p = Vector.FusedMultiplyAdd(p, r, Vector<float>.One);
        Vector<float> power = Vector.AsVectorSingle((Vector.ConvertToInt32(n) + new Vector<int>(127)) << 23);
        return Vector.ConditionalSelect(Vector.LessThan(x, new Vector<float>(-87.3f)), Vector<float>.Zero, p * power);
    }

    /// <summary>The normal distribution's Φ(x), absolute error below 1e-7 (Abramowitz and Stegun 7.1.26); <paramref name="exp"/> = e^(-x²/2).</summary>
    public static Vector<float> NormalCdf(Vector<float> x, Vector<float> exp)
    {
        Vector<float> t = Vector<float>.One / Vector.FusedMultiplyAdd(Vector.Abs(x), new Vector<float>(.3275911f * .70710678f), Vector<float>.One);
        Vector<float> p = new(1.061405429f);
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(-1.453152027f));
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(1.421413741f));
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(-.284496736f));
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(.254829592f));
        Vector<float> tail = p * t * exp * new Vector<float>(.5f);
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), tail, Vector<float>.One - tail);
    }

    /// <summary>tanh x = 1 - 2 / (e^2x + 1); near 0, where that cancels, its odd series to x^7.</summary>
    public static Vector<float> Tanh(Vector<float> x)
    {
        Vector<float> far = Vector<float>.One - new Vector<float>(2) / (Exp(x + x) + Vector<float>.One);
        Vector<float> s = x * x;
        Vector<float> near = x * (Vector<float>.One + s * (new Vector<float>(-1f / 3) + s * (new Vector<float>(2f / 15) + s * new Vector<float>(-17f / 315))));
        return Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(x), new Vector<float>(.15f)), near, far);
    }

    public static Vector<float> Sigmoid(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Exp(-x));
}
