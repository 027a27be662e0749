using System.Text;

namespace Attar.Models.Tests.Checkpoints;

/// <summary>Safetensors files made by hand, so that they can be wrong.</summary>
static class Craft
{
    public static void Write(string path, string header, byte[] data) => Write(path, Encoding.UTF8.GetBytes(header), data);

    public static void Write(string path, byte[] header, byte[] data) =>
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. header, .. data]);
}
