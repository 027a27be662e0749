using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Attar.Models.Files;
using Attar.Models.Layers;
using Attar.Models.Lora;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Files;
using Attar.Tensors;
using Attar.Tensors.Autograd;

namespace Attar.Models.Checkpoints;

/// <summary>LoRA adapters in PEFT's folders: <c>adapter_config.json</c>, which names the model they belong to, and <c>adapter_model.safetensors</c>. Files: https://huggingface.co/docs/peft/developer_guides/checkpoint.</summary>
public static class AdapterFolder
{
    public const string ConfigFile = "adapter_config.json", WeightsFile = "adapter_model.safetensors";
    const string BaseKey = "base_model_name_or_path", GainsKey = "attar.gains", TemplateKey = "attar.template", LengthKey = "attar.max_tokens";

    /// <summary>Kinds of adapters whose updates are not what <c>lora_A</c> and <c>lora_B</c> say alone.</summary>
    static readonly string[] otherKinds = ["use_dora", "fan_in_fan_out", "lora_bias", "use_qalora", "use_bdlora"];

    /// <summary>Where a model lies that an adapter names as the Hub does, ORG/NAME or ORG/NAME@REVISION, and that is not beside it: null where it is not on this machine.</summary>
    public static Func<string, string?> Named { get; set; } = _ => null;

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
            Taught(model));
        ModelFolder.WriteJson(Path.Combine(folder, ConfigFile), Describe(adapter.Options, Path.GetFullPath(baseFolder)));
    }

    /// <summary>What a model's own folder says under <c>attar</c>.</summary>
    static Dictionary<string, string> Taught(PairModel model)
    {
        var said = new Dictionary<string, string> { [TemplateKey] = (string?)(model.Description?["attar"] as JsonObject)?["template"] ?? PairForms.NameOf(model.Form) };
        if (model.Gains is { } gains) said[GainsKey] = string.Join(' ', gains.Select(gain => gain.ToString("R", CultureInfo.InvariantCulture)));
        if (model.LongestPair is { } tokens) said[LengthKey] = tokens.ToString(CultureInfo.InvariantCulture);
        return said;
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

    /// <summary>Reads a model with so many fresh labels, null for its own head, and with its language head where asked for; its float32 weights must be writable.</summary>
    internal delegate PairModel BaseLoader(string folder, int? labels, ModelStart? start, bool language);

    /// <summary>Reads an adapter and the model it belongs to, merged into one unless the model stays in a narrower format than float32.</summary>
    /// <param name="labels">Of a fresh head; null: the adapter's head, or where it has none the model's.</param>
    /// <param name="start">What becomes of the model before it is trained; null: nothing.</param>
    /// <exception cref="CheckpointException">when the adapter is of another kind, or does not fit the model.</exception>
    internal static PairModel Load(string folder, int? labels, ModelStart? start, BaseLoader load)
    {
        ModelFolder config = ModelFolder.Open(folder, ConfigFile);
        string baseFolder = BaseOf(folder, config);
        Func<string, int, float> scaleOf = ScaleOf(config);
        SentenceModules? modules = labels == null ? SentenceModules.Of(folder) : null;
        using SafeTensorsFile file = SafeTensorsFile.Open(Path.Combine(folder, WeightsFile));
        ModelFolder description = ModelSource.Describe(baseFolder);
        string output = Architecture.Of(description).Output;
        int? own = WholeName(file, output + "weight") is { } head ? file.Rows(head) : null;
        PairModel model = load(baseFolder, labels ?? own ?? (modules != null ? 1 : null), MarksOf(file) is { } kind ? (start ?? new()) with { Marks = start?.Marks ?? kind } : start, modules?.Answers ?? false);
        try
        {
            Dictionary<string, string> whole = Whole(file, model.Parameters);
            model.Adapter = LoraAdapter.Of(model.Parameters, model.BesideUpdates ?? [], file, new LoraOptions(), scaleOf).MergedInto(model.Parameters);
            foreach ((string tensor, string name) in whole.Where(entry => labels == null || !entry.Value.StartsWith(output, StringComparison.Ordinal))) Read(file, tensor, model.Parameters[name]);
            if (start == null) Tell(model, file, folder, baseFolder, description);
            if (labels == null && own is { } classes) model.Gains = GainsOf(file) ?? (classes > 1 ? ModelStore.HomeGains(description, classes) : null);
            return modules?.On(model) ?? model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    static void Read(SafeTensorsFile file, string tensor, Parameter parameter)
    {
        if (parameter.Value.Format != NumberFormat.Float32) throw new CheckpointException($"{file.Location}: tensor {tensor}: expected a head alone to be trained in full beside a model in fewer bits than float32");
        file.Read(tensor, parameter.Value.Span, parameter.Decays ? [parameter.Rows, parameter.Columns] : [parameter.Columns]);
    }

    /// <summary>How pairs are written: as Attar did in training, or as the files beside the adapter say, or the model.</summary>
    static void Tell(PairModel model, SafeTensorsFile file, string folder, string baseFolder, ModelFolder description)
    {
        bool older = file.Metadata.ContainsKey(GainsKey) || MarksOf(file) != null;
        if (file.Metadata.GetValueOrDefault(TemplateKey) is { } template || older && (template = PairForms.Fields) != null)
        {
            var said = new ModelFolder(description.Location, (JsonObject)description.Config.DeepClone());
            said.Extensions["template"] = template;
            model.Form = PairForms.Of(baseFolder, said);
            if (file.Metadata.GetValueOrDefault(LengthKey) is { } length) model.LongestPair = int.Parse(length, CultureInfo.InvariantCulture);
        }
        else if (TokenizerFiles.Find(folder) != null) model.Form = PairForms.Of(folder, description);
    }

    /// <summary>The updates of a folder, what their alpha is, and what the update of a layer and a rank is multiplied with.</summary>
    /// <exception cref="CheckpointException">when the adapter is of another kind.</exception>
    internal static (SafeTensorsFile File, float Alpha, Func<string, int, float> ScaleOf) Open(string folder)
    {
        ModelFolder config = ModelFolder.Open(folder, ConfigFile);
        Func<string, int, float> scaleOf = ScaleOf(config);
        return (SafeTensorsFile.Open(Path.Combine(folder, WeightsFile)), AlphaOf(config, "lora_alpha", 8), scaleOf);
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

    /// <summary>The model that an adapter belongs to as the adapter names it, a path or <c>ORG/NAME</c>, and the revision where it names one; null for a model.</summary>
    public static (string Name, string? Revision)? BaseNameOf(string folder) => Is(folder) ? BaseNameOf(ModelFolder.Open(folder, ConfigFile)) : null;

    static (string Name, string? Revision) BaseNameOf(ModelFolder config)
    {
        string named = config.Text(BaseKey, "");
        if (named == "") throw config.Refused(BaseKey, "the model that the adapter belongs to: its path, or its name on the Hub");
        return (named, config.Text("revision", "main") is var revision and not ("main" or "") ? revision : null);
    }

    static string BaseOf(string folder, ModelFolder config)
    {
        (string named, string? revision) = BaseNameOf(config);
        string last = Path.GetFileName(Path.TrimEndingDirectorySeparator(named.Replace('\\', '/')));
        return new[] { Path.Combine(folder, named), named, Path.Combine(folder, "..", last), Path.Combine(folder, last) }.FirstOrDefault(path => ModelPath.IsModel(path) && !Is(path)) ?? Named(revision is null ? named : $"{named}@{revision}")
            ?? throw config.Refused(BaseKey, "the model that the adapter belongs to, which is neither there nor beside the adapter nor in the store: fetch it (attar pull hf:ORG/NAME), or write its path there");
    }

    /// <summary>The overlap marks whose embeddings an adapter brings; null: none.</summary>
    static OverlapMarks? MarksOf(SafeTensorsFile file) => file.Names.FirstOrDefault(name => name.EndsWith(WeightReader.Marks, StringComparison.Ordinal)) is not { } tensor ? null
        : Enum.GetValues<OverlapMarks>().FirstOrDefault(marks => marks.Count() == file.Rows(tensor));

    /// <summary>By the layer's name and the rank: alpha / rank, or alpha / √rank (Kalajdzievski 2023, rsLoRA), with the alpha of the first pattern that the name ends with.</summary>
    static Func<string, int, float> ScaleOf(ModelFolder config)
    {
        if (config.Text("peft_type", "LORA") != "LORA") throw config.Refused("peft_type", "\"LORA\"");
        if (config.Text("bias", "none") != "none") throw config.Refused("bias", "\"none\"");
        foreach (string kind in otherKinds)
            if (config.Flag(kind, false)) throw config.Refused(kind, "false");
        foreach (string kind in new[] { "layer_replication", "alora_invocation_tokens", "trainable_token_indices" })
            if (config.Config[kind] is not null) throw config.Refused(kind, "null");
        (Regex Pattern, float Alpha)[] own = config.Part("alpha_pattern") is { } patterns ? [.. patterns.Config.Select(entry => (Ending(patterns, entry.Key), AlphaOf(patterns, entry.Key, null)))] : [];
        float alpha = AlphaOf(config, "lora_alpha", 8);
        bool root = config.Flag("use_rslora", false);
        return (layer, rank) => (own.FirstOrDefault(one => one.Pattern.IsMatch(layer)) is { Pattern: not null } found ? found.Alpha : alpha) / (root ? MathF.Sqrt(rank) : rank);
    }

    /// <summary>PEFT reads a pattern as a regular expression for the end of a name.</summary>
    static Regex Ending(ModelFolder patterns, string pattern)
    {
        try
        {
            return new Regex($@"^(.*\.)?({pattern})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException)
        {
            throw patterns.Refused(pattern, "a regular expression as its name");
        }
    }

    static float AlphaOf(ModelFolder config, string key, double? otherwise) => config.Number(key, otherwise) is > 0 and var alpha ? (float)alpha : throw config.Refused(key, "a number above 0");

    /// <summary>A tensor that the adapter has in full, under PEFT's name of today or of before; null: it has none.</summary>
    static string? WholeName(SafeTensorsFile file, string name) =>
        new[] { PeftNames.Prefix + name, PeftNames.Prefix + name[..name.LastIndexOf('.')] + ".modules_to_save" + name[name.LastIndexOf('.')..] }.FirstOrDefault(file.Contains);

    /// <summary>The tensors of the model that the adapter has in full, by their names in its file.</summary>
    /// <exception cref="CheckpointException">for a tensor that would be left out: that makes another model than the one that was trained.</exception>
    static Dictionary<string, string> Whole(SafeTensorsFile file, ParameterSet model)
    {
        Dictionary<string, string> whole = [];
        foreach (Parameter parameter in model.All)
            if (WholeName(file, parameter.Name) is { } tensor) whole[tensor] = parameter.Name;
        HashSet<string> known = [.. whole.Keys, .. model.Projections.SelectMany(layer => new[] { PeftNames.A(layer.Name), PeftNames.B(layer.Name) })];
        if (file.Names.FirstOrDefault(name => !known.Contains(name)) is { } other)
            throw new CheckpointException($"{file.Location}: tensor {other}: expected lora_A and lora_B of linear layers that the model has, and its head");
        if (model.Projections.GroupBy(layer => layer.Name).FirstOrDefault(same => same.Count() > 1 && file.Contains(PeftNames.A(same.Key))) is { } joined)
            throw new CheckpointException($"{file.Location}: tensor {PeftNames.A(joined.Key)}: expected updates of layers that stand alone; merge the adapter into its model where it was trained");
        return whole;
    }
}
