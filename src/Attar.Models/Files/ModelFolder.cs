using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Attar.Models.Files;

/// <summary>
/// A Hugging Face model folder: <c>config.json</c> and the weights. Keys of the configuration that Attar does not know are kept as they came.
/// Files: https://huggingface.co/docs/transformers/main_classes/configuration.
/// </summary>
public sealed class ModelFolder
{
    const int MostLayers = 10_000, MostSize = 1 << 25; // the largest published models have some 130 layers, and contexts of ten million tokens

    const string ConfigFile = "config.json", WeightsFile = "model.safetensors";

    /// <summary>Where the weights of a model lie that computes more than its <c>model_type</c> says: at the root other tools would read them as the plain model, and give other scores without a word. They find none there, and say so.</summary>
    internal const string OwnWeightsFile = "attar/model.safetensors";

    internal static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly JsonObject config;

    /// <summary>A model to be saved.</summary>
    /// <param name="config">The whole of <c>config.json</c>.</param>
    public ModelFolder(JsonObject config) : this(ConfigFile, config) { }

    internal ModelFolder(string location, JsonObject config) => (Location, this.config) = (location, config);

    /// <summary>Where the configuration came from, for messages.</summary>
    internal string Location { get; }

    /// <summary>The configuration, unknown keys included.</summary>
    public JsonObject Config => config;

    /// <summary>The keys that Attar adds, under one of their own.</summary>
    internal JsonObject Extensions
    {
        get
        {
            if (config["attar"] is JsonObject own) return own;
            config["attar"] = own = [];
            return own;
        }
    }

    /// <summary>The model's class, such as <c>BertForSequenceClassification</c>; empty where the configuration names none.</summary>
    public string Architecture => config["architectures"] is JsonArray { Count: > 0 } names && names[0]?.GetValueKind() == JsonValueKind.String ? names[0]!.GetValue<string>() : "";

    /// <summary>Number of outputs of the head: the entries of <c>id2label</c>, else <c>num_labels</c>, else 2 as in Hugging Face. One output = a reranker.</summary>
    /// <exception cref="CheckpointException">when <c>num_labels</c> is no whole number.</exception>
    public int Labels => config["id2label"] is JsonObject labels ? labels.Count : Integer("num_labels", 2);

    /// <summary>Reads <c>config.json</c> of a folder; a multimodal one's is that of its text model (<see cref="TextPart"/>).</summary>
    /// <exception cref="CheckpointException">when it is missing or not a JSON object.</exception>
    public static ModelFolder Open(string folder) => TextPart.Of(Open(folder, ConfigFile));

    /// <summary>As <see cref="Open(string)"/>, of a configuration of another name.</summary>
    internal static ModelFolder Open(string folder, string name)
    {
        string file = Path.Combine(folder, name);
        try
        {
            JsonNode? node = JsonTexts.Node(File.ReadAllBytes(file));
            return new ModelFolder(file, node as JsonObject ?? throw new CheckpointException($"{file}: expected a JSON object, the file has {node?.GetValueKind().ToString() ?? "null"}"));
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{file}: expected a model's configuration in JSON: {fault.Message}");
        }
    }

    /// <summary>A whole number that must be there.</summary>
    /// <exception cref="CheckpointException">when it is absent, null or no whole number of 32 bits.</exception>
    public int Integer(string key) => Integer(key, null);

    /// <summary>A whole number, or <paramref name="otherwise"/> where it is absent or null.</summary>
    /// <exception cref="CheckpointException">when it is no whole number of 32 bits.</exception>
    public int Integer(string key, int? otherwise) => Value(key) switch
    {
        null => otherwise ?? throw Absent(key, "a whole number"),
        var value when int.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) => number,
        var other => throw Wrong(key, "a whole number", other),
    };

    /// <summary>A whole number from 1, and no more than any model has: memory is taken by it before the weights are looked at.</summary>
    /// <exception cref="CheckpointException">when it is absent without a default, less or more.</exception>
    internal int Size(string key, int? otherwise = null)
    {
        int most = key.Contains("layers", StringComparison.Ordinal) ? MostLayers : MostSize;
        return Integer(key, otherwise) is > 0 and int size && size <= most ? size : throw Refused(key, $"a whole number from 1 to {most}");
    }

    /// <summary>A number that must be there.</summary>
    /// <exception cref="CheckpointException">when it is absent, null or no number.</exception>
    public double Number(string key) => Number(key, null);

    /// <summary>A number, or <paramref name="otherwise"/> where it is absent or null.</summary>
    /// <exception cref="CheckpointException">when it is no number.</exception>
    public double Number(string key, double? otherwise) => Value(key) switch
    {
        null => otherwise ?? throw Absent(key, "a number"),
        var value when double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        var other => throw Wrong(key, "a number", other),
    };

    /// <summary>A text, or <paramref name="otherwise"/> where it is absent or null.</summary>
    /// <exception cref="CheckpointException">when it is no text.</exception>
    public string Text(string key, string otherwise) => Value(key) switch
    {
        null => otherwise,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        var other => throw Wrong(key, "a text", other),
    };

    /// <summary>True or false, or <paramref name="otherwise"/> where it is absent or null.</summary>
    /// <exception cref="CheckpointException">when it is neither.</exception>
    public bool Flag(string key, bool otherwise) => Value(key) switch
    {
        null => otherwise,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
        var other => throw Wrong(key, "true or false", other),
    };

    /// <summary>An object within the configuration; null where it is absent or null.</summary>
    /// <exception cref="CheckpointException">when it is no object.</exception>
    public ModelFolder? Part(string key) => Value(key) switch
    {
        null => null,
        JsonObject part => new ModelFolder($"{Location}: {key}", part),
        var other => throw Wrong(key, "an object", other),
    };

    /// <summary>A list of texts; null where it is absent or null.</summary>
    /// <exception cref="CheckpointException">when it is no list of texts.</exception>
    public string[]? Texts(string key) => Value(key) switch
    {
        null => null,
        JsonArray list when list.All(item => item?.GetValueKind() == JsonValueKind.String) => [.. list.Select(item => item!.GetValue<string>())],
        var other => throw Wrong(key, "a list of texts", other),
    };

    /// <summary>A value that Attar cannot use.</summary>
    internal CheckpointException Refused(string key, string expected) => Value(key) is { } value ? Wrong(key, expected, value) : Absent(key, expected);

    /// <summary>Writes the weights and the configuration, each file whole or not at all; the configuration comes last, so a folder that has one is complete.</summary>
    /// <param name="plain">Other tools may read it as what its <c>model_type</c> says.</param>
    public void Save(string folder, IEnumerable<NamedTensor> weights, bool plain = true)
    {
        string file = Path.Combine(folder, plain ? WeightsFile : OwnWeightsFile), other = Path.Combine(folder, plain ? OwnWeightsFile : WeightsFile);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.Delete(Path.Combine(folder, ConfigFile));
        SafeTensorsWriter.Write(file, weights);
        if (File.Exists(other)) File.Delete(other);
        WriteJson(Path.Combine(folder, ConfigFile), config);
    }

    /// <summary>Writes a JSON file, indented, whole or not at all.</summary>
    internal static void WriteJson(string path, JsonNode value) =>
        AtomicFile.WriteText(path, writer => writer.WriteLine(value.ToJsonString(Indented)));

    JsonNode? Value(string key) => config.TryGetPropertyValue(key, out var value) ? value : null;

    CheckpointException Absent(string key, string expected) => new($"{Location}: {key}: expected {expected}, the file has none");

    CheckpointException Wrong(string key, string expected, JsonNode found) => new($"{Location}: {key}: expected {expected}, the file has {found.ToJsonString()}");
}
