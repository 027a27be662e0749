using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Attar.Data;

/// <summary>What <c>dataset.json</c> holds: the grade scale, with the number of grades written out for readers of the file.</summary>
sealed record ScaleFile(int Grades, double[] Gains, double PositiveFrom);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Product))]
[JsonSerializable(typeof(Query))]
[JsonSerializable(typeof(ScaleFile))]
sealed partial class DataJson : JsonSerializerContext;

/// <summary>One JSON object a line, UTF-8.</summary>
static class JsonLines
{
    public static void Write<T>(string path, IEnumerable<T> items, JsonTypeInfo<T> type) => AtomicFile.Write(path, stream =>
    {
        // Relaxed: inch marks and accents stay readable; these files are never embedded in a page as they are.
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        foreach (T item in items)
        {
            JsonSerializer.Serialize(json, item, type);
            json.Flush();
            json.Reset();
            stream.WriteByte((byte)'\n');
        }
    });

    /// <summary>Hands each sound line's object to <paramref name="add"/> with its line; the others become faults.</summary>
    public static void Read<T>(string path, JsonTypeInfo<T> type, string example, FaultList faults, Action<T, string> add)
    {
        using var lines = new Utf8Lines(path, faults);
        while (lines.Next(out var line))
            if (Parse(line, type, lines.Where, example, faults) is { } item) add(item, lines.Where);
    }

    /// <summary>One object, or a fault and nothing.</summary>
    public static T? Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, string where, string example, FaultList faults)
    {
        string reason = "null";
        try
        {
            if (JsonSerializer.Deserialize(json, type) is { } item) return item;
        }
        catch (JsonException exception)
        {
            reason = exception.Message.Split(" Path:")[0].Split(" LineNumber:")[0].TrimEnd('.');
            if (exception.Path is { } path) reason += $" (at {path}, byte {exception.BytePositionInLine})";
        }
        faults.Add(where, $"{reason}; expected a JSON object such as {example}; correct it");
        return default;
    }
}
