namespace Attar.Tensors.Formats;

/// <summary>Numbers in IEEE 754's half: a sign, five bits of exponent, ten of fraction.</summary>
static unsafe class HalfWords
{
    /// <summary>The same numbers in float32.</summary>
    public static void Widen(ushort* words, float* to, int count)
    {
        for (int i = 0; i < count; i++) to[i] = (float)BitConverter.UInt16BitsToHalf(words[i]);
    }

    /// <summary>The half at any address.</summary>
    public static float At(byte* place) => (float)BitConverter.UInt16BitsToHalf((ushort)(place[0] | place[1] << 8));
}
