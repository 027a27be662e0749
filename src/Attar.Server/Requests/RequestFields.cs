using System.Text.Json;
using Attar.Server.Settings;

namespace Attar.Server.Requests;

/// <summary>
/// The fields of a JSON request, read by hand so that a client is told every fault at once and in its own words.
/// Unknown fields are passed over and null counts as absent: clients send more than is needed.
/// </summary>
sealed class RequestFields(JsonElement root)
{
    /// <summary>Objects and lists inside one another; the body itself is the first. What lies deeper is passed over: reading takes time that grows with the depth.</summary>
    const int DeepestNesting = 16;

    /// <summary>Names, values, brackets: a thousand documents of two hundred fields have fewer. Each takes twelve bytes while it is read, and twice as many while their table grows.</summary>
    const int MostTokens = 600_000;

    /// <summary>Some clients write it before the text.</summary>
    static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    readonly List<string> faults = [];

    /// <summary>Reads a request as a whole: <paramref name="read"/> takes its fields, and all faults found are told together.</summary>
    /// <exception cref="RequestRefused">for a body that is not a JSON object, or with missing or wrong fields.</exception>
    public static Task<T> Read<T>(HttpContext context, ServerOptions options, Func<RequestFields, T> read) => ReadJson(context, options, root =>
    {
        if (root.ValueKind != JsonValueKind.Object) throw new RequestRefused(Refusal.Malformed, $"expected a JSON object, got {Kind(root)}");
        RequestFields fields = new(root);
        T request = read(fields);
        if (fields.faults.Count > 0) throw new RequestRefused(Refusal.Invalid, string.Join("; ", fields.faults));
        return request;
    });

    /// <summary>Reads a body that may be any JSON, which is gone once <paramref name="read"/> has returned.</summary>
    /// <exception cref="RequestRefused">for a body that is not JSON, or of more parts than a request may have.</exception>
    public static async Task<T> ReadJson<T>(HttpContext context, ServerOptions options, Func<JsonElement, T> read)
    {
        if (!context.Request.HasJsonContentType())
            throw new RequestRefused(Refusal.ContentType, "expected the header Content-Type: application/json");
        if (context.Request.Headers.ContentEncoding.ToString() is not ("" or "identity"))
            throw new RequestRefused(Refusal.ContentType, "expected the body as it is, without Content-Encoding");
        Memory<byte> body = await ReadBody(context, options);
        try
        {
            using JsonDocument document = Parse(body[(body.Span.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0)..]);
            return read(document.RootElement);
        }
        catch (JsonException error)
        {
            throw new RequestRefused(Refusal.Malformed, $"the body is not JSON: line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException)
        {
            // JsonElement reads strings late: half a surrogate pair or invalid UTF-8 shows only here.
            throw new RequestRefused(Refusal.Malformed, "a string of the body is not valid Unicode");
        }
    }

    static JsonDocument Parse(Memory<byte> json)
    {
        JsonDocumentOptions options = new() { MaxDepth = DeepestNesting };
        if (json.Length > MostTokens && DeepJson.Prune(json.Span, DeepestNesting) > MostTokens) // a token has a byte at least
            throw new RequestRefused(Refusal.TooLarge, $"the request holds more than {MostTokens} names, values and brackets; send fewer documents or fields at a time");
        try
        {
            return JsonDocument.Parse(json, options);
        }
        catch (JsonException)
        {
            DeepJson.Prune(json.Span, DeepestNesting); // it may have been too deep; where it is no JSON, this says so
            return JsonDocument.Parse(json, options);
        }
    }

    /// <summary>A string, or null where there is none.</summary>
    public string? Name(string name) => Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A string, or a list of one to <paramref name="most"/> strings, under the first of the names that is there.</summary>
    public string[] OneOrMore(int most, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            if (Find(name) is { } value)
                return value.ValueKind == JsonValueKind.String ? [value.GetString()!] : Strings(name, most);
        return Fault<string[]>([], $"{names[0]}: missing");
    }

    /// <summary>One to <paramref name="most"/> strings.</summary>
    public string[] Strings(string name, int most) =>
        List(name, most, "a string", item => item.ValueKind == JsonValueKind.String ? item.GetString() : null);

    /// <summary>A string with something in it.</summary>
    public string Text(string name) => Text(name, Find(name));

    /// <summary>A string with something in it, in a field of an object.</summary>
    public string Text(string name, string inner) =>
        Find(name) is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(inner, out JsonElement text) ? Text($"{name}.{inner}", text) : Text(name, Find(name) is { ValueKind: JsonValueKind.String } plain ? plain : null);

    string Text(string name, JsonElement? found)
    {
        if (found is not { } value) return Fault("", $"{name}: missing");
        if (value.ValueKind != JsonValueKind.String) return Fault("", $"{name}: expected a string, got {Kind(value)}");
        string text = value.GetString()!;
        return string.IsNullOrWhiteSpace(text) ? Fault("", $"{name}: must not be empty") : text;
    }

    public bool Flag(string name, bool preset = false) => Find(name) switch
    {
        null => preset,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => Fault(false, $"{name}: expected true or false, got {Kind(other)}"),
    };

    /// <summary>The field <c>min_score</c>; null where absent.</summary>
    /// <param name="raw">Whether the answer's scores are logits.</param>
    public MinScore? Least(bool raw) => Find("min_score") switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out double number) && MinScore.Of(number, raw) is { } least => least,
        { ValueKind: JsonValueKind.String } value when value.GetString() == MinScore.Calibrated => new MinScore(null, raw),
        _ => Fault<MinScore?>(null, $"min_score: expected {MinScore.Expected(raw)}"),
    };

    /// <summary>A whole number of zero or more; zero where absent.</summary>
    public int Count(string name) => Find(name) switch
    {
        null => 0,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out int count) && count >= 0 => count,
        _ => Fault(0, $"{name}: expected a whole number of 0 or more"),
    };

    /// <summary>A list of one to <paramref name="most"/> items, each read by <paramref name="item"/>, which returns null for one it cannot read.</summary>
    /// <exception cref="RequestRefused">when the list is empty.</exception>
    public T[] List<T>(string name, int most, string expected, Func<JsonElement, T?> item) where T : class
    {
        if (Find(name) is not { } list) return Fault<T[]>([], $"{name}: missing");
        if (list.ValueKind != JsonValueKind.Array) return Fault<T[]>([], $"{name}: expected a list, got {Kind(list)}");
        int count = list.GetArrayLength();
        if (count == 0) throw new RequestRefused(Refusal.Empty, $"{name}: must not be empty");
        if (count > most) return Fault<T[]>([], $"{name}: {count} are too many; at most {most} a request");
        T[] items = new T[count];
        int index = 0, wrong = 0;
        foreach (JsonElement element in list.EnumerateArray())
        {
            if (item(element) is { } read) items[index] = read;
            else if (++wrong <= 3) Fault(0, $"{name}[{index}]: expected {expected}, got {Kind(element)}");
            index++;
        }
        if (wrong > 3) Fault(0, $"{name}: {wrong - 3} more like these");
        return wrong == 0 ? items : [];
    }

    /// <summary>Whether a client wrote the field, be it as null.</summary>
    public bool Names(string name) => root.TryGetProperty(name, out _);

    public bool Has(string name) => Find(name) is not null;

    public JsonElement? Find(string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>Notes what is wrong; the request is refused once all its fields were read.</summary>
    public T Fault<T>(T instead, string message)
    {
        faults.Add(message);
        return instead;
    }

    static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    internal static async Task<Memory<byte>> ReadBody(HttpContext context, ServerOptions options)
    {
        HttpRequest request = context.Request;
        RequestRefused tooLarge = new(Refusal.TooLarge, $"the request is larger than {options.MaxBody} bytes; send fewer documents at a time");
        if (request.ContentLength > options.MaxBody) throw tooLarge;
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        late.CancelAfter(TimeSpan.FromSeconds(options.BodySeconds));
        MemoryStream body = new();
        byte[] buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await request.Body.ReadAsync(buffer, late.Token)) > 0;)
            {
                if (body.Length + read > options.MaxBody) throw tooLarge;
                body.Write(buffer, 0, read);
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new RequestRefused(Refusal.TooSlow, $"the request did not arrive within {options.BodySeconds} s");
        }
        catch (IOException error) when (error is not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested)
        {
            throw new RequestRefused(Refusal.Malformed, "the body could not be read"); // such as a chunk of more bytes than there are numbers for
        }
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
