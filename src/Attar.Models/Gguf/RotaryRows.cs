namespace Attar.Models.Gguf;

/// <summary>
/// The rows of query and key matrices in files of the architectures <c>llama</c> and <c>smollm3</c>: llama.cpp rotates columns 2i and 2i+1 of a head together, where Hugging Face's layout
/// rotates i and i + half, so its converter puts the rows of such a pair side by side.
/// </summary>
static class RotaryRows
{
    public static bool Moved(string architecture) => architecture is "llama" or "smollm3";

    /// <summary>Where the file has the row that stands at <paramref name="row"/> in Hugging Face's layout.</summary>
    /// <param name="headRows">Rows of a head.</param>
    public static int InFile(int row, int headRows)
    {
        int half = headRows / 2, inHead = row % headRows;
        return row - inHead + inHead % half * 2 + inHead / half;
    }
}
