using System.Globalization;
using System.Text.Json.Nodes;
using Attar.Models.Decoders;
using Attar.Models.Files;
using Attar.Models.Lora;
using Attar.Models.Tokenizers;

namespace Attar.Models.Checkpoints;

/// <summary>LoRA adapters in PEFT's folders: <c>adapter_config.json</c>, which names the model they belong to, and <c>adapter_model.safetensors</c>. Files: https://huggingface.co/docs/peft/developer_guides/checkpoint.</summary>
public static class AdapterFolder
{
    const string ConfigFile = "adapter_config.json", WeightsFile = "adapter_model.safetensors", BaseKey = "base_model_name_or_path", GainsKey = "attar.gains";

    /// <summary>Whether a folder holds an adapter rather than a model.</summary>
    public static bool Is(string folder) => File.Exists(Path.Combine(folder, ConfigFile)) && !File.Exists(Path.Combine(folder, "config.json"));

    /// <summary>Writes a model's adapter and its head.</summary>
    /// <param name="baseFolder">The folder of the model without it.</param>
    /// <exception cref="InvalidOperationException">when the model has no adapter.</exception>
    public static void Save(PairModel model, string folder, string baseFolder)
    {
        LoraAdapter adapter = model.Adapter ?? throw new InvalidOperationException("the model has no adapter");
        Directory.CreateDirectory(folder);
        File.Delete(Path.Combine(folder, ConfigFile)); // comes last: a folder that has one is complete
        SafeTensorsWriter.Write(
            Path.Combine(folder, WeightsFile),
            [.. adapter.Parameters.Stored(), .. adapter.Beside.Select(whole => new NamedTensor(PeftNames.Prefix + whole.Name, [whole.Rows, whole.Columns], () => whole.Value.Span))],
            model.Gains is { } gains ? new Dictionary<string, string> { [GainsKey] = string.Join(' ', gains.Select(gain => gain.ToString("R", CultureInfo.InvariantCulture))) } : null);
        ModelFolder.WriteJson(Path.Combine(folder, ConfigFile), Describe(adapter.Options, Path.GetFullPath(baseFolder)));
    }

    static JsonObject Describe(LoraOptions options, string baseFolder) => new()
    {
        ["alpha_pattern"] = new JsonObject(),
        ["auto_mapping"] = null,
        [BaseKey] = baseFolder,
        ["bias"] = "none",
        ["fan_in_fan_out"] = false,
        ["inference_mode"] = true,
        ["init_lora_weights"] = true,
        ["layers_pattern"] = null,
        ["layers_to_transform"] = null,
        ["lora_alpha"] = options.UsedAlpha,
        ["lora_dropout"] = options.Dropout,
        ["modules_to_save"] = new JsonArray("classifier", "score"),
        ["peft_type"] = "LORA",
        ["r"] = options.Rank,
        ["rank_pattern"] = new JsonObject(),
        ["revision"] = null,
        ["target_modules"] = new JsonArray([.. options.Targets!.Select(target => JsonValue.Create(target))]),
        ["task_type"] = "SEQ_CLS",
        ["use_dora"] = false,
        ["use_rslora"] = false,
    };

    /// <summary>Reads an adapter and the model it belongs to, merged into one unless the model stays in a narrower format than float32.</summary>
    /// <param name="labels">Of a fresh head; null: the adapter's head, or where it has none the model's.</param>
    /// <param name="start">What becomes of the model before it is trained; null: nothing.</param>
    /// <param name="load">Reads the model with so many fresh labels, null for its own head; its float32 weights must be writable.</param>
    /// <exception cref="CheckpointException">when the adapter is of another kind, or does not fit the model.</exception>
    internal static PairModel Load(string folder, int? labels, ModelStart? start, Func<string, int?, ModelStart?, PairModel> load)
    {
        ModelFolder config = ModelFolder.Open(folder, ConfigFile);
        Func<int, float> scaleOf = ScaleOf(config);
        using SafeTensorsFile file = SafeTensorsFile.Open(Path.Combine(folder, WeightsFile));
        string head = PeftNames.Prefix + "score.weight";
        int? own = file.Contains(head) ? file.Rows(head) : null;
        PairModel model = load(BaseOf(folder, config), labels ?? own, MarksOf(file) is { } kind ? (start ?? new()) with { Marks = start?.Marks ?? kind } : start);
        try
        {
            if (model is not Decoder decoder) throw config.Refused(BaseKey, "the folder of a decoder such as Llama, Mistral, Qwen or Gemma");
            string? marks = decoder.Marks is { } embeddings && file.Contains(PeftNames.Prefix + embeddings.Name) ? PeftNames.Prefix + embeddings.Name : null;
            RefuseOthers(file, decoder, head, marks);
            decoder.Adapter = LoraAdapter.Of(decoder.Parameters, decoder.BesideUpdates, file, new LoraOptions(), scaleOf).MergedInto(decoder.Parameters);
            if (marks != null) file.Read(marks, decoder.Marks!.Value.Span, decoder.Marks.Rows, decoder.Marks.Columns);
            if (labels != null || own == null) return model;
            file.Read(head, decoder.Head.Value.Span, decoder.Head.Rows, decoder.Head.Columns);
            model.Gains = GainsOf(file);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The updates of a folder, what their alpha is, and what the update of a rank is multiplied with.</summary>
    /// <exception cref="CheckpointException">when the adapter is of another kind.</exception>
    internal static (SafeTensorsFile File, float Alpha, Func<int, float> ScaleOf) Open(string folder)
    {
        ModelFolder config = ModelFolder.Open(folder, ConfigFile);
        Func<int, float> scaleOf = ScaleOf(config);
        return (SafeTensorsFile.Open(Path.Combine(folder, WeightsFile)), AlphaOf(config), scaleOf);
    }

    /// <summary>What each grade is worth, where the adapter's head was trained on grades by Attar.</summary>
    internal static double[]? GainsOf(string folder)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(Path.Combine(folder, WeightsFile));
        return GainsOf(file);
    }

    static double[]? GainsOf(SafeTensorsFile file) => file.Metadata.TryGetValue(GainsKey, out string? gains) ? [.. gains.Split(' ').Select(gain => double.Parse(gain, CultureInfo.InvariantCulture))] : null;

    /// <summary>The folder that holds the model of an adapter; any other folder is its own.</summary>
    /// <exception cref="CheckpointException">when the adapter names none on this machine.</exception>
    public static string BaseOf(string folder) => Is(folder) ? BaseOf(folder, ModelFolder.Open(folder, ConfigFile)) : folder;

    static string BaseOf(string folder, ModelFolder config)
    {
        string named = config.Text(BaseKey, "");
        return new[] { Path.Combine(folder, named), named }.FirstOrDefault(path => named != "" && ModelPath.IsModel(path) && !Is(path))
            ?? throw config.Refused(BaseKey, "the folder of the model that the adapter belongs to: write its path there");
    }

    /// <summary>The overlap marks whose embeddings an adapter brings; null: none.</summary>
    static OverlapMarks? MarksOf(SafeTensorsFile file) => file.Names.FirstOrDefault(name => name.EndsWith(WeightReader.Marks, StringComparison.Ordinal)) is not { } tensor ? null
        : Enum.GetValues<OverlapMarks>().FirstOrDefault(marks => marks.Count() == file.Rows(tensor));

    static Func<int, float> ScaleOf(ModelFolder config)
    {
        if (config.Text("peft_type", "LORA") != "LORA") throw config.Refused("peft_type", "\"LORA\"");
        if (config.Text("bias", "none") != "none") throw config.Refused("bias", "\"none\"");
        foreach (string kind in new[] { "use_dora", "fan_in_fan_out" })
            if (config.Flag(kind, false)) throw config.Refused(kind, "false");
        if (config.Part("alpha_pattern") is { Config.Count: > 0 }) throw config.Refused("alpha_pattern", "{}");
        float alpha = AlphaOf(config);
        return config.Flag("use_rslora", false) ? rank => alpha / MathF.Sqrt(rank) : rank => alpha / rank;
    }

    static float AlphaOf(ModelFolder config) => config.Number("lora_alpha", 8) is > 0 and var alpha ? (float)alpha : throw config.Refused("lora_alpha", "a number above 0");

    /// <summary>A tensor that would be left out makes another model than the one that was trained.</summary>
    static void RefuseOthers(SafeTensorsFile file, Decoder decoder, string head, string? marks)
    {
        HashSet<string> known = [head, .. marks == null ? [] : new[] { marks }, .. decoder.Parameters.Projections.Where(layer => file.Contains(PeftNames.A(layer.Name))).SelectMany(layer => new[] { PeftNames.A(layer.Name), PeftNames.B(layer.Name) })];
        if (file.Names.FirstOrDefault(name => !known.Contains(name)) is { } other)
            throw new CheckpointException($"{file.Location}: tensor {other}: expected lora_A and lora_B of linear layers that the model has, and {head}");
    }
}
