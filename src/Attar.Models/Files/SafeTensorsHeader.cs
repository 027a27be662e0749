using System.Text.Json;

namespace Attar.Models.Files;

/// <summary>Where a tensor lies in its file.</summary>
/// <param name="Begin">First byte, counted from the start of the data.</param>
/// <param name="End">One past the last byte.</param>
sealed record TensorEntry(string DType, long[] Shape, long Begin, long End)
{
    /// <summary>Number of values.</summary>
    public long Count => (End - Begin) / SafeTensorsHeader.BytesOf(DType);

    /// <summary>One of so many equal parts that lie one below the other.</summary>
    public TensorEntry Slice(int part, int parts)
    {
        long bytes = (End - Begin) / parts;
        return this with { Shape = [Shape[0] / parts, .. Shape[1..]], Begin = Begin + part * bytes, End = Begin + (part + 1) * bytes };
    }
}

/// <summary>
/// The header of a safetensors file, a JSON object <c>{name: {dtype, shape, data_offsets: [begin, end]}}</c>, checked in full before anything is read:
/// the file may come from anywhere. Specification: https://github.com/huggingface/safetensors#format.
/// </summary>
sealed record SafeTensorsHeader(IReadOnlyDictionary<string, TensorEntry> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The largest header that the reference implementation accepts, in bytes.</summary>
    public const int MaxLength = 100_000_000;

    /// <summary>Bytes per value, or 0 for an unknown type.</summary>
    public static int BytesOf(string dtype) => dtype switch
    {
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" => 1,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "F32" or "I32" or "U32" => 4,
        "F64" or "I64" or "U64" => 8,
        _ => 0,
    };

    /// <param name="file">The file's name, for messages.</param>
    /// <param name="dataLength">Bytes that follow the header.</param>
    /// <exception cref="CheckpointException">on the first fault.</exception>
    public static SafeTensorsHeader Parse(ReadOnlyMemory<byte> json, long dataLength, string file)
    {
        var tensors = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var document = JsonTexts.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new CheckpointException($"{file}: header: expected a JSON object, the file has {Kind(document.RootElement)}");
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == "__metadata__") ReadMetadata(property.Value, metadata, file);
                else tensors.Add(property.Name, ReadEntry(property.Value, $"{file}: tensor {property.Name}"));
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException) // the latter: text that is not UTF-8
        {
            throw new CheckpointException($"{file}: header: expected JSON with each name once: {fault.Message}");
        }
        CheckTiling(tensors, dataLength, file);
        return new SafeTensorsHeader(tensors, metadata);
    }

    static void ReadMetadata(JsonElement value, Dictionary<string, string> metadata, string file)
    {
        if (value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Any(entry => entry.Value.ValueKind != JsonValueKind.String))
            throw new CheckpointException($"{file}: __metadata__: expected an object of strings, the file has {value.GetRawText()}");
        foreach (var entry in value.EnumerateObject()) metadata.Add(entry.Name, entry.Value.GetString()!);
    }

    static TensorEntry ReadEntry(JsonElement value, string where)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new CheckpointException($"{where}: expected an object with dtype, shape and data_offsets, the file has {Kind(value)}");
        string dtype = Field(value, "dtype", where) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";
        if (BytesOf(dtype) == 0)
            throw new CheckpointException($"{where}: dtype: expected a type such as F32, F16 or BF16, the file has {Field(value, "dtype", where).GetRawText()}");
        long[] shape = Lengths(value, "shape", where), offsets = Lengths(value, "data_offsets", where);
        if (offsets is not [var begin, var end] || begin > end)
            throw new CheckpointException($"{where}: data_offsets: expected [begin, end], the file has [{string.Join(", ", offsets)}]");

        Int128 bytes = BytesOf(dtype); // cannot overflow: it stays below 2^63 after each step, and a length is below 2^63
        foreach (long length in shape)
        {
            bytes *= length;
            if (bytes > long.MaxValue) break;
        }
        if (bytes != end - begin)
            throw new CheckpointException($"{where}: expected {bytes} bytes for {dtype} of shape ({string.Join(", ", shape)}), the file has {end - begin} in data_offsets");
        return new TensorEntry(dtype, shape, begin, end);
    }

    static JsonElement Field(JsonElement value, string name, string where) => value.TryGetProperty(name, out var field)
        ? field
        : throw new CheckpointException($"{where}: expected {name}, the file has none");

    static long[] Lengths(JsonElement value, string name, string where)
    {
        var field = Field(value, name, where);
        if (field.ValueKind == JsonValueKind.Array)
        {
            var lengths = new List<long>();
            foreach (var item in field.EnumerateArray())
                if (item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out long length) && length >= 0) lengths.Add(length);
            if (lengths.Count == field.GetArrayLength()) return [.. lengths];
        }
        throw new CheckpointException($"{where}: {name}: expected whole numbers from 0, the file has {field.GetRawText()}");
    }

    /// <summary>The tensors must cover the data exactly: no overlap, no hole, no end beyond the file and nothing left over.</summary>
    static void CheckTiling(Dictionary<string, TensorEntry> tensors, long dataLength, string file)
    {
        long at = 0;
        foreach (var (name, entry) in tensors.OrderBy(pair => pair.Value.Begin).ThenBy(pair => pair.Value.End))
        {
            if (entry.Begin != at)
                throw new CheckpointException($"{file}: tensor {name}: expected its data to begin at {at}, where the one before ends, the file has {entry.Begin} ({(entry.Begin < at ? "they overlap" : "a hole")})");
            at = entry.End;
        }
        if (at != dataLength)
            throw new CheckpointException($"{file}: expected {at} bytes of data, the file has {dataLength}{(at > dataLength ? ": it was cut short, copy it again" : "")}");
    }

    static string Kind(JsonElement value) => value.ValueKind.ToString().ToLowerInvariant();
}
