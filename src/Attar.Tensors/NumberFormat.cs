namespace Attar.Tensors;

/// <summary>How a tensor's numbers are kept. All but float32 are for weights that stay as they are: products read them as their right side and look-ups as their table, and nothing else takes them.</summary>
/// <remarks>The formats of blocks bear the names that ggml gave them, by which people know the files that hold them; a row is a whole number of blocks.</remarks>
public enum NumberFormat
{
    Float32,

    /// <summary>The upper half of a float32.</summary>
    BFloat16,

    /// <summary>IEEE 754's half.</summary>
    Float16,

    /// <summary>4 bits a value and a scale for 32 of them.</summary>
    Q4_0,

    /// <summary>4 bits a value, a scale and a minimum for 32.</summary>
    Q4_1,

    /// <summary>5 bits a value and a scale for 32.</summary>
    Q5_0,

    /// <summary>5 bits a value, a scale and a minimum for 32.</summary>
    Q5_1,

    /// <summary>8 bits a value and a scale for 32.</summary>
    Q8_0,

    /// <summary>2 bits a value; scale and minimum for 16 in 4 bits each, of a block of 256.</summary>
    Q2_K,

    /// <summary>3 bits a value; a scale for 16 in 6 bits, of a block of 256.</summary>
    Q3_K,

    /// <summary>4 bits a value; scale and minimum for 32 in 6 bits each, of a block of 256.</summary>
    Q4_K,

    /// <summary>5 bits a value; scale and minimum for 32 in 6 bits each, of a block of 256.</summary>
    Q5_K,

    /// <summary>6 bits a value; a scale for 16 in 8 bits, of a block of 256.</summary>
    Q6_K,

    /// <summary>4 bits a value, each one of sixteen unevenly spaced, and a scale for 32.</summary>
    IQ4_NL,

    /// <summary>As <see cref="IQ4_NL"/>, with a scale for 32 in 6 bits, of a block of 256.</summary>
    IQ4_XS,

    /// <summary>4-bit floats and a power of two for 32: the microscaling format of the Open Compute Project.</summary>
    MXFP4,
}
