using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Attar.Data;

namespace Attar.Endpoints;

/// <summary>
/// Every answer of one endpoint, in the workspace's <c>answers/</c>, by what was asked. Each is written as it comes and outlives the
/// stage, so nothing is asked or paid twice: not after a kill, not with other options, not when more pairs are to be labelled.
/// </summary>
/// <remarks>Columns: key, tokens in, tokens out, requests, what was answered.</remarks>
sealed class AnswerJournal<T> : IDisposable where T : class
{
    const int Fixed = 4; // columns before the answer

    readonly Dictionary<UInt128, T> answers = [];
    readonly Func<T, string> write;
    readonly Func<string[], T?> read;
    readonly string expected;
    readonly FileStream stream;
    readonly Lock turn = new();
    Spending spent;

    /// <param name="name">Of the file: one for each teacher and kind of answer.</param>
    /// <param name="teacher">What the file says of itself.</param>
    /// <param name="write">An answer's columns, separated by tabs.</param>
    /// <param name="read">The same from its columns; null where they are damaged.</param>
    /// <param name="expected">What those columns are.</param>
    /// <exception cref="InputException">A line of the journal is damaged.</exception>
    public AnswerJournal(string folder, UInt128 name, string teacher, Func<T, string> write, Func<string[], T?> read, string expected)
    {
        (this.write, this.read, this.expected) = (write, read, expected);
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"{name:x32}.tsv");
        bool begun = WholeLines.Keep(path) > 0;
        if (begun) Read(path);
        stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        stream.Seek(0, SeekOrigin.End);
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

    public T? Find(UInt128 key)
    {
        lock (turn) return answers.GetValueOrDefault(key);
    }

    /// <summary>Writes the answers of one request at once; when this returns, a killed process loses none of them.</summary>
    /// <exception cref="EndpointException">An answer is one that could not be read again; none of them is written.</exception>
    public void Add(IReadOnlyList<UInt128> keys, IReadOnlyList<Answer<T>> given)
    {
        var lines = new StringBuilder();
        for (int i = 0; i < keys.Count; i++)
        {
            string columns = write(given[i].Values);
            if (read(columns.Split('\t')) is null || columns.AsSpan().ContainsAny('\r', '\n')) throw new EndpointException($"the answer cannot be kept: expected {expected}", temporary: false);
            lines.Append(CultureInfo.InvariantCulture, $"{keys[i]:x32}\t{given[i].Spent.In}\t{given[i].Spent.Out}\t{given[i].Spent.Requests}\t{columns}\n");
        }
        lock (turn)
        {
            long end = stream.Position;
            try
            {
                stream.Write(Encoding.UTF8.GetBytes(lines.ToString()));
            }
            catch
            {
                stream.SetLength(end); // a disk that was full takes half a line
                throw;
            }
            for (int i = 0; i < keys.Count; i++) Keep(keys[i], given[i].Values, given[i].Spent);
        }
    }

    void Keep(UInt128 key, T values, Spending on)
    {
        answers[key] = values;
        spent += on;
    }

    void Read(string path)
    {
        var faults = new FaultList();
        foreach ((int index, string line) in File.ReadLines(path).Index())
            if (!line.StartsWith('#') && !Parse(line.Split('\t')))
                faults.Add($"{path}:{index + 1}", $"expected a key, three counts and {expected}; run 'attar labels verify --repair', which takes the line out, and its question is asked again");
        faults.ThrowIfAny();
    }

    bool Parse(string[] fields)
    {
        if (fields.Length <= Fixed || fields[0].Length != 32 || !UInt128.TryParse(fields[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 key)
            || !Count(fields[1], out long sent) || !Count(fields[2], out long answered) || !Count(fields[3], out long requests) || read(fields[Fixed..]) is not { } values) return false;
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

/// <summary>Journals by what answers are.</summary>
static class AnswerJournal
{
    /// <summary>Of numbers, finite ones.</summary>
    /// <param name="teacher">Address, protocol and model: answers of different ones lie in different files.</param>
    /// <param name="width">Numbers of an answer.</param>
    public static AnswerJournal<double[]> OfNumbers(string folder, string teacher, int width) => new(
        folder, KeyOf($"{teacher}\0{width}"), teacher,
        values => string.Join('\t', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture))), fields => Numbers(fields, width), $"{width} numbers");

    /// <summary>Of texts, each as JSON writes it; there may be none.</summary>
    public static AnswerJournal<string[]> OfTexts(string folder, string teacher) => new(
        folder, KeyOf($"{teacher}\0texts"), teacher, texts => JsonSerializer.Serialize(texts, Wire.Style), Texts, "a JSON list of texts");

    /// <summary>128 bits of SHA-256: of a billion questions no two share them.</summary>
    public static UInt128 KeyOf(string asked)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(asked), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    static double[]? Numbers(string[] fields, int width)
    {
        if (fields.Length != width) return null;
        var values = new double[width];
        for (int i = 0; i < width; i++)
            if (!double.TryParse(fields[i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]) || !double.IsFinite(values[i])) return null;
        return values;
    }

    static string[]? Texts(string[] fields) => fields is [var list] ? JsonTexts.List(list) : null;
}
