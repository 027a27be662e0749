namespace Attar.Tensors.Formats;

/// <summary>A format of blocks, each of the same number of bytes for the same number of values.</summary>
unsafe interface IBlock
{
    static abstract int Bytes { get; }
    static abstract int Values { get; }

    /// <summary>One block as float32.</summary>
    static abstract void Widen(byte* block, float* to);
}
