using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Attar.Labeling.Endpoints;

/// <summary>
/// Every answer of one endpoint, in the workspace's <c>answers/</c>, by what was asked. Each is written as it comes and outlives the
/// stage, so nothing is asked or paid twice: not after a kill, not with other options, not when more pairs are to be labelled.
/// </summary>
/// <remarks>Columns: key, tokens in, tokens out, requests, the answer's numbers.</remarks>
sealed class AnswerJournal : IDisposable
{
    const int Fixed = 4; // columns before the numbers

    readonly Dictionary<UInt128, double[]> answers = [];
    readonly FileStream stream;
    readonly Lock turn = new();
    Spending spent;

    /// <param name="teacher">Address, protocol and model: answers of different ones lie in different files.</param>
    /// <param name="width">Numbers of an answer.</param>
    /// <exception cref="InputException">A line of the journal is damaged.</exception>
    public AnswerJournal(string folder, string teacher, int width)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"{KeyOf($"{teacher}\0{width}"):x32}.tsv");
        bool begun = WholeLines.Keep(path) > 0;
        if (begun) Read(path, width);
        stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        if (!begun) stream.Write(Encoding.UTF8.GetBytes($"# {teacher.ReplaceLineEndings(" ")}\n"));
    }

    /// <summary>What all answers took, of this run and those before it.</summary>
    public Spending Spent
    {
        get
        {
            lock (turn) return spent;
        }
    }

    /// <summary>128 bits of SHA-256: of a billion questions no two share them.</summary>
    public static UInt128 KeyOf(string asked)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(asked), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    public double[]? Find(UInt128 key)
    {
        lock (turn) return answers.GetValueOrDefault(key);
    }

    /// <summary>Writes the answers of one request at once; when this returns, a killed process loses none of them.</summary>
    public void Add(IReadOnlyList<UInt128> keys, IReadOnlyList<Answer> given)
    {
        var lines = new StringBuilder();
        for (int i = 0; i < keys.Count; i++)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{keys[i]:x32}\t{given[i].Spent.In}\t{given[i].Spent.Out}\t{given[i].Spent.Requests}");
            foreach (double value in given[i].Values) lines.Append(CultureInfo.InvariantCulture, $"\t{value:R}");
            lines.Append('\n');
        }
        lock (turn)
        {
            stream.Write(Encoding.UTF8.GetBytes(lines.ToString()));
            for (int i = 0; i < keys.Count; i++) Keep(keys[i], given[i].Values, given[i].Spent);
        }
    }

    void Keep(UInt128 key, double[] values, Spending on)
    {
        answers[key] = values;
        spent += on;
    }

    void Read(string path, int width)
    {
        var faults = new FaultList();
        foreach ((int index, string line) in File.ReadLines(path).Index())
            if (!line.StartsWith('#') && !Parse(line.Split('\t'), width))
                faults.Add($"{path}:{index + 1}", $"expected a key, three counts and {width} numbers; remove the line, and its question is asked again");
        faults.ThrowIfAny();
    }

    bool Parse(string[] fields, int width)
    {
        var values = new double[width];
        if (fields.Length != Fixed + width || fields[0].Length != 32 || !UInt128.TryParse(fields[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 key)
            || !Count(fields[1], out long sent) || !Count(fields[2], out long answered) || !Count(fields[3], out long requests)) return false;
        for (int i = 0; i < width; i++)
            if (!double.TryParse(fields[Fixed + i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]) || !double.IsFinite(values[i])) return false;
        Keep(key, values, new Spending(sent, answered, requests));
        return true;
    }

    static bool Count(string text, out long count) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count);

    public void Dispose()
    {
        stream.Flush(flushToDisk: true);
        stream.Dispose();
    }
}
