using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Attar.Server.Endpoints;

/// <summary>
/// Writes numbers so that OpenSearch, which casts each score to a Double, finds one: 1 as <c>1.0</c>, and no number in more
/// characters than its JSON reader keeps as a Double, which still tells apart all that a model's single precision can.
/// </summary>
sealed class FloatConverter : JsonConverter<double>
{
    const int MostCharacters = 18, MostDigits = 16;

    public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        for (int digits = MostDigits; text.Length > MostCharacters; digits--) text = value.ToString($"G{digits}", CultureInfo.InvariantCulture);
        writer.WriteRawValue(text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0");
    }
}
