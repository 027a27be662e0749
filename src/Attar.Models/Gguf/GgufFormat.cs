using Attar.Tensors;

namespace Attar.Models.Gguf;

/// <summary>The types of tensors by their numbers in a file. https://github.com/ggml-org/ggml/blob/master/include/ggml.h</summary>
static class GgufFormat
{
    static readonly (uint Number, string Name, NumberFormat Format)[] known =
    [
        (0, "F32", NumberFormat.Float32),
        (1, "F16", NumberFormat.Float16),
        (30, "BF16", NumberFormat.BFloat16),
        (8, "Q8_0", NumberFormat.Q8_0),
        (2, "Q4_0", NumberFormat.Q4_0),
        (3, "Q4_1", NumberFormat.Q4_1),
        (6, "Q5_0", NumberFormat.Q5_0),
        (7, "Q5_1", NumberFormat.Q5_1),
        (10, "Q2_K", NumberFormat.Q2_K),
        (11, "Q3_K", NumberFormat.Q3_K),
        (12, "Q4_K", NumberFormat.Q4_K),
        (13, "Q5_K", NumberFormat.Q5_K),
        (14, "Q6_K", NumberFormat.Q6_K),
        (20, "IQ4_NL", NumberFormat.IQ4_NL),
        (23, "IQ4_XS", NumberFormat.IQ4_XS),
        (39, "MXFP4", NumberFormat.MXFP4),
    ];

    /// <summary>Null where Attar cannot read the type.</summary>
    public static NumberFormat? Of(uint number)
    {
        foreach (var entry in known)
            if (entry.Number == number) return entry.Format;
        return null;
    }

    public static string NameOf(NumberFormat format) => known.First(entry => entry.Format == format).Name;

    /// <summary>For messages.</summary>
    public static string Names => string.Join(", ", known.Select(entry => $"{entry.Name} ({entry.Number})"));
}
