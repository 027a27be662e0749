using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Attar.Server;

/// <summary>
/// Writes 1 as <c>1.0</c>: OpenSearch casts each score to a Double and fails on the integer that System.Text.Json would write.
/// </summary>
sealed class FloatConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        writer.WriteRawValue(text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0");
    }
}
