using System.Globalization;

namespace Attar.Weights;

/// <summary>Sizes as people read them.</summary>
public static class ByteSize
{
    static readonly string[] units = ["B", "kB", "MB", "GB", "TB"];

    /// <summary><c>90.9 MB</c>: of a thousand each.</summary>
    public static string Spoken(double bytes)
    {
        int unit = 0;
        for (; bytes >= 1000 && unit < units.Length - 1; unit++) bytes /= 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#} {units[unit]}");
    }
}
