using System.Globalization;
using System.Text;

namespace Attar.Evaluation;

/// <summary>What TREC's run and qrels files share: fields parted by white space, which identifiers therefore cannot hold.</summary>
static class TrecLines
{
    /// <summary>Fields of every line that is not blank, with the file:line they came from.</summary>
    /// <exception cref="InputException">naming every line with another number of fields, or a missing, empty or non-UTF-8 file.</exception>
    public static List<T> Read<T>(string path, string layout, Func<string[], string, FaultList, T> parse)
    {
        int expected = layout.Split(' ').Length;
        FaultList faults = new();
        List<T> rows = [];
        try
        {
            int number = 0;
            foreach (string line in File.ReadLines(path, new UTF8Encoding(false, throwOnInvalidBytes: true)))
            {
                string where = $"{path}:{++number}";
                string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length == 0) continue;
                if (fields.Length == expected) rows.Add(parse(fields, where, faults));
                else faults.Add(where, $"expected {expected} fields `{layout}`, found {fields.Length}; correct or remove the line");
            }
        }
        catch (DecoderFallbackException)
        {
            throw new InputException(path, "is not UTF-8; convert it, as with iconv -t utf-8");
        }
        catch (IOException fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException(path, "no such file; check the path");
        }
        faults.ThrowIfAny();
        return rows.Count > 0 ? rows : throw new InputException(path, $"is empty; expected lines `{layout}`");
    }

    public static double Number(string text, string what, string where, FaultList faults)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)) return number;
        faults.Add(where, $"expected a number as {what}, found '{text}'; correct the line");
        return 0;
    }
}
