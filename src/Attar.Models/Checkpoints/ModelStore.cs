using System.Text.Json.Nodes;
using Attar.Models.Decoders;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Gguf;
using Attar.Models.Heads;
using Attar.Models.Layers;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Files;
using Attar.Tensors.Autograd;

namespace Attar.Models.Checkpoints;

/// <summary>Encoders and decoders to and from Hugging Face folders, decoders also from GGUF files; <see cref="Architecture.All"/> are those that can be read. The folder of an adapter stands for its model with the adapter merged in, or, where the model's matrices stay in fewer bits, beside it.</summary>
public static class ModelStore
{
    /// <summary>Weights files from so many bytes on stay where they are, and their pages are read when touched. Smaller ones are read at once: that takes a moment, and then nothing that happens to the file matters.</summary>
    const long MapFrom = 1L << 30;

    /// <summary>Writes config.json, the weights in float32, at the root where the model is plain (<see cref="IsPlain"/>), and, for a one-logit encoder, what sentence-transformers reads. Keys of the configuration that Attar does not know stay as they came, and an adapter is merged in.</summary>
    public static void Save(PairModel model, string folder)
    {
        if (model is ModularEncoder) throw new NotSupportedException("a head of modules is copied, not written");
        JsonObject config = (JsonObject?)model.Description?.DeepClone() ?? model switch
        {
            Encoder encoder => EncoderFolders.Describe(encoder.Config),
            Decoder decoder => DecoderFolders.Describe(decoder.Config),
            _ => throw new NotSupportedException($"no folder format for {model.GetType().Name}"),
        };
        var description = new ModelFolder(config);
        CrossEncoderFiles.DescribeHead(config, Architecture.Of(description).Classifier, model.Labels);
        config[config.ContainsKey("dtype") ? "dtype" : "torch_dtype"] = "float32";
        if (model is Encoder { Config.Split: > 0 and var split }) description.Extensions["split"] = split;
        if (model.Gains is { } gains) description.Extensions["gains"] = new JsonArray([.. gains.Select(gain => JsonValue.Create(gain))]);
        if (description.Part("attar") != null) description.Extensions["template"] ??= PairForms.NameOf(model.Form);
        description.Save(folder, model.Adapter?.Merged(model.Parameters) ?? model.Parameters.Stored(), IsPlain(model));
        if (model is not Decoder && model.Labels == 1) CrossEncoderFiles.Write(folder);
    }

    /// <summary>Whether a model computes what its <c>model_type</c> says and nothing else: no marks of overlap, no sides that are read apart.</summary>
    public static bool IsPlain(PairModel model) => model.Overlap == OverlapMarks.None && model is not Encoder { Config.Split: > 0 };

    /// <summary>Whether a model knows what it knows from elsewhere: its configuration says nothing of Attar, or that this was so before it was trained here.</summary>
    public static bool LearntElsewhere(string model)
    {
        if (!Path.Exists(model)) return false;
        if (GgufModel.Find(model) != null) return true;
        if (AdapterFolder.Is(model)) model = AdapterFolder.BaseOf(model);
        return ModelFolder.Open(model).Part("attar")?.Config is not { } own || own.ContainsKey(ConfigKeys.Elsewhere);
    }

    /// <summary>Whether a model was taught here and reads pairs as in its training, with marks, and in no other way.</summary>
    public static bool WritesOwnPairs(string model) => Directory.Exists(model) && GgufModel.Find(model) == null && PairForms.Of(model, ModelSource.Describe(AdapterFolder.BaseOf(model))) is PairForm.Fields;

    /// <summary>Reads the tokenizer of whatever can be named as a model: a folder's own, else an adapter's is its model's, or a GGUF file's is made of its metadata.</summary>
    /// <exception cref="InvalidDataException">None is there, or one is broken or of an unknown type; the message names the file.</exception>
    public static Tokenizer LoadTokenizer(string path)
    {
        if (!Directory.Exists(path) || TokenizerFiles.Find(path) is null)
        {
            if (AdapterFolder.Is(path)) return LoadTokenizer(AdapterFolder.BaseOf(path));
            if (GgufTokenizer.Find(path) is { } file) return GgufTokenizer.Read(file);
        }
        return Tokenizer.Load(path);
    }

    /// <summary>Reads a model as it was saved.</summary>
    /// <param name="trainable">Its weights may be changed. Otherwise a folder may be larger than the machine's memory, and a decoder's matrices of fewer bits than float32 stay as they are: widened they would take two to twelve times as much.</param>
    /// <exception cref="CheckpointException">naming the file, the tensor, what was expected and what the file has.</exception>
    public static PairModel Load(string folder, bool trainable = false) => Load(folder, null, trainable, MapFrom, narrow: !trainable);

    /// <summary>As <see cref="Load(string, bool)"/>, of a model that is to order products.</summary>
    /// <param name="lasting">It is used for days: whoever overwrites its files meanwhile must not end the process, so they are read at once if they take less than half the memory.</param>
    /// <param name="template">How pairs are written, where somebody says it: a language model without a head then answers (<see cref="LanguageAnswer"/>).</param>
    /// <exception cref="CheckpointException">when its head cannot; or as there.</exception>
    public static PairModel LoadToRank(string folder, bool lasting = false, string? template = null)
    {
        if (LanguageAnswer.Of(folder, template, lasting) is { } answering) return answering;
        PairModel model = Load(folder, null, trainable: false, MapWhere(lasting), narrow: true);
        if (model.Labels == 1 || model.Gains != null) return model;
        model.Dispose();
        throw new CheckpointException($"{folder}: config.json: attar.gains: expected what each of {model.Labels} grades is worth, the file has none: the model was not taught yet; run 'attar teach', or name a model that grades");
    }

    /// <summary>Reads a pre-trained model, or one trained for something else, and gives it a fresh head.</summary>
    /// <param name="labels">of the new head</param>
    /// <param name="seed">of its first weights</param>
    /// <param name="trainable">All weights may be changed; otherwise the head alone.</param>
    /// <param name="start">What becomes of it before it is trained; null: nothing.</param>
    public static PairModel LoadWithNewHead(string folder, int labels, ulong seed, bool trainable = true, ModelStart? start = null)
    {
        PairModel model = Load(folder, labels, trainable, MapFrom, Narrow(folder, trainable), start);
        model.Parameters.InitializeFresh(seed);
        return model;
    }

    /// <summary>Reads a decoder with its language head, of a model that predicts tokens; its head for scores is untrained.</summary>
    /// <param name="trainable">As in <see cref="Load(string, bool)"/>.</param>
    /// <param name="lasting">As in <see cref="LoadToRank"/>.</param>
    /// <exception cref="CheckpointException">when it is none, or lacks a tensor.</exception>
    public static Decoder LoadLanguageModel(string folder, bool trainable = false, bool lasting = false)
    {
        PairModel model = Load(folder, 1, trainable, MapWhere(lasting), Narrow(folder, trainable), language: true);
        if (model is Decoder decoder) return decoder;
        model.Dispose();
        throw new CheckpointException($"{folder}: expected a decoder such as Llama, Mistral, Qwen or Gemma, the folder has an encoder");
    }

    /// <summary>Reads a student to be trained: with its head where it was trained to give one score, so that it goes on from what it knows; with that of a teacher of grades made into one (<see cref="GradesAsScore"/>); else with a fresh head.</summary>
    /// <param name="seed">of a fresh head's first weights</param>
    /// <param name="start">What becomes of it before it is trained; null: nothing.</param>
    public static PairModel LoadForScore(string folder, ulong seed, ModelStart? start = null) =>
        GivesOneScore(folder) ? Load(folder, null, trainable: true, MapFrom, start: start) : GradesAsScore.Of(folder, LoadWithNewHead(folder, 1, seed, start: start));

    /// <summary>Whether a folder has the head of a reranker. One that was pre-trained has a head's weights too, but untrained ones.</summary>
    static bool GivesOneScore(string folder)
    {
        if (AdapterFolder.Is(folder)) return false;
        ModelFolder description = ModelSource.Describe(folder);
        if (description.Labels != 1 || description.Extension("language_head") || GainsOf(description) != null) return false;
        using IWeightFile file = ModelSource.Weights(folder);
        return file.Contains(Architecture.Of(description).Output + "weight");
    }

    /// <summary>Whether a folder is an encoder that has no head for scores.</summary>
    internal static bool IsBareEncoder(string folder)
    {
        if (AdapterFolder.Is(folder) || GgufModel.Find(folder) != null) return false;
        ModelFolder description = ModelSource.Describe(folder);
        Architecture architecture = Architecture.Of(description);
        if (architecture.IsDecoder || description.Extension("language_head") || SentenceModules.Of(folder) != null) return false;
        using IWeightFile file = ModelSource.Weights(folder);
        return !file.Contains(architecture.Output + "weight");
    }

    /// <summary>Reads a teacher to be trained on grades: with its head where it was trained on the same ones, else with a fresh head.</summary>
    /// <param name="gains">What each grade is worth.</param>
    /// <param name="seed">of a fresh head's first weights</param>
    /// <param name="trainable">All weights may be changed; otherwise the head alone.</param>
    /// <param name="start">What becomes of it before it is trained; null: nothing.</param>
    public static PairModel LoadForGrades(string folder, double[] gains, ulong seed, bool trainable = true, ModelStart? start = null)
    {
        double[]? known = AdapterFolder.Is(folder) ? AdapterFolder.GainsOf(folder) : GainsOf(ModelSource.Describe(folder));
        PairModel model = known != null && known.SequenceEqual(gains)
            ? Load(folder, null, trainable, MapFrom, Narrow(folder, trainable), start)
            : LoadWithNewHead(folder, gains.Length, seed, trainable, start);
        model.Gains = gains;
        return model;
    }

    static long MapWhere(bool lasting) => lasting ? Math.Max(MapFrom, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2) : MapFrom;

    /// <summary>An adapter that is to be trained on, or beside another, is merged in, and that takes float32.</summary>
    static bool Narrow(string folder, bool trainable) => !trainable && !AdapterFolder.Is(folder);

    /// <param name="labels">Of a fresh head; null: the folder's own.</param>
    /// <param name="narrow">A decoder's matrices of fewer bits than float32 stay as they are.</param>
    /// <param name="start">What becomes of the model before it is trained; null: nothing.</param>
    /// <param name="language">A decoder's language head is read too.</param>
    internal static PairModel Load(string folder, int? labels, bool trainable, long mapFrom, bool narrow = false, ModelStart? start = null, bool language = false)
    {
        if (AdapterFolder.Is(folder)) return AdapterFolder.Load(folder, labels, start, (model, fresh, begun, answers) => Load(model, fresh, trainable: true, mapFrom, narrow, begun, language || answers));
        ModelFolder description = ModelSource.Describe(folder);
        int[]? kept = start?.Apply(description);
        Architecture architecture = Architecture.Of(description);
        SentenceModules? modules = labels == null && !language ? SentenceModules.Of(folder) : null;
        IWeightFile file = ModelSource.Weights(folder);
        WeightMemory memory = file.Length < mapFrom ? WeightMemory.Read : trainable ? WeightMemory.MappedToWrite : WeightMemory.Mapped;
        var reader = new WeightReader(file, architecture, labels != null || modules != null, memory, narrow && architecture.IsDecoder, kept, start != null);
        var weights = new ParameterSet(reader.Read);
        weights.Own(file);
        try
        {
            var head = modules == null ? new HeadChoice(labels ?? description.Labels, labels != null, language) : new HeadChoice(1, Fresh: true, modules.Answers);
            PairModel model = architecture.Build(description, head, weights);
            if (modules != null) model = modules.On(model);
            model.Description = description.Config;
            model.LongestPair = description.LongestPair();
            model.Form = PairForms.Of(folder, description);
            if (reader.MarksBegin) HastenMarks(model);
            if (labels == null && GainsOf(description) is { } gains && gains.Length != model.Labels) throw new CheckpointException($"{description.Location}: attar.gains: expected what each of {model.Labels} grades is worth, the file has {gains.Length}");
            if (labels == null) model.Gains = GainsOf(description) ?? (model.Labels > 1 ? HomeGains(description, model.Labels) : null);
            if (labels == null && model.Gains is { } worth) model.HeadNote = GradesNote(description, worth);
            if (labels != null && description.Config["attar"] is JsonObject own)
            {
                own.Remove("gains"); // those of another head
                if (own.ContainsKey("language_head")) own["language_head"] = false;
            }
            if (memory == WeightMemory.Read) file.Dispose();
            return model;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Marks begin at zero beside weights that were trained long: at those weights' small steps a few hundred of them move nothing (on Home Depot, of 300 judged queries, dev NDCG@5 .856 with equal steps and .870 with these; BM25 .867).</summary>
    static void HastenMarks(PairModel model)
    {
        foreach (Parameter marks in model.Parameters.All.Where(parameter => parameter.Name.EndsWith(WeightReader.Marks, StringComparison.Ordinal))) marks.Rate = 30;
    }

    /// <summary>What a model from elsewhere has learnt to tell apart is worth as much as its names say.</summary>
    /// <exception cref="CheckpointException">when they say nothing: such a head cannot rank.</exception>
    internal static double[]? HomeGains(ModelFolder folder, int classes)
    {
        if (folder.Part("attar") != null) return null; // a teacher that was not taught yet
        string[] names = folder.Config["id2label"] is JsonObject named && named.Count == classes ? [.. named.OrderBy(name => int.TryParse(name.Key, out int place) ? place : int.MaxValue).Select(name => $"{name.Value}")] : [.. Enumerable.Range(0, classes).Select(label => $"LABEL_{label}")];
        return ClassGains.Of(names) ?? throw new CheckpointException($"{folder.Location}: id2label: expected names of grades such as irrelevant and relevant, or with a number each, found {string.Join(", ", names)}: this head tells other things apart and cannot rank");
    }

    static string GradesNote(ModelFolder folder, double[] gains)
    {
        string[] names = [.. gains.Select((_, grade) => (folder.Config["id2label"] as JsonObject)?[$"{grade}"]?.ToString() ?? $"{grade}")];
        return gains switch
        {
            [0, 1] => $"two classes: the score is the logit of '{names[1]}' less that of '{names[0]}'",
            [1, 0] => $"two classes: the score is the logit of '{names[0]}' less that of '{names[1]}'",
            _ => $"{gains.Length} grades, worth {string.Join(", ", gains.Select((gain, grade) => FormattableString.Invariant($"{names[grade]} {gain:0.##}")))}: the score is the logit of the expected worth",
        };
    }

    /// <exception cref="CheckpointException">when they are not one number from 0 to 1 for each grade, of which two differ.</exception>
    internal static double[]? GainsOf(ModelFolder folder)
    {
        if (folder.Part("attar")?.Config["gains"] is not { } node) return null;
        double[] gains = [.. (node as JsonArray ?? []).Select(gain => gain is JsonValue value && value.TryGetValue(out double number) ? number : double.NaN)];
        if (gains.Length > 0 && gains.All(gain => gain is >= 0 and <= 1) && (gains.Length == 1 || gains.Distinct().Count() > 1)) return gains;
        string found = node.ToJsonString();
        throw new CheckpointException($"{folder.Location}: attar.gains: expected what each grade is worth, from 0 to 1, the file has {(found.Length > 80 ? found[..80] + "..." : found)}");
    }
}
