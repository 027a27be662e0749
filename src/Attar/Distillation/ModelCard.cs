using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Data;
using Attar.Labeling;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Onnx;
using Attar.Weights;
using Attar.Workspaces;

namespace Attar.Distillation;

/// <summary>
/// README.md of an exported folder: what it learned from, how well it does, what it is for and what not, below what Hugging Face's hub reads of it.
/// Says only what the workspace's files say. Keys: https://huggingface.co/docs/hub/model-cards.
/// </summary>
public sealed class ModelCard(Workspace workspace, string name, PairModel model)
{
    public const string FileName = "README.md";

    /// <summary>A card without this line is somebody's own.</summary>
    const string Mark = "<!-- Written by attar export, which writes it anew each time. To keep a card of your own, take this line out. -->";

    readonly bool student = model.Labels == 1;
    readonly WeightOrigin? origin = WeightOrigin.Of(model);

    /// <summary>Whether a folder has a card that somebody wrote or changed.</summary>
    public static bool IsOwn(string folder)
    {
        string path = Path.Combine(folder, FileName);
        return File.Exists(path) && !File.ReadLines(path).Contains(Mark);
    }

    public void Write(string folder) => AtomicFile.WriteText(Path.Combine(folder, FileName), writer => writer.Write(Text()));

    string Text()
    {
        var card = new StringBuilder();
        Front(card);
        card.Append(CultureInfo.InvariantCulture, $"\n{Mark}\n\n# {name}\n\n");
        card.Append(student
            ? "A cross-encoder that reads a search query and a product together and gives one logit: the higher, the more relevant. Scores order the products of one query; no activation belongs on them.\n"
            : $"A decoder that reads a search query and a product together and gives a logit for each of {model.Labels} grades of relevance.\n");
        card.Append(CultureInfo.InvariantCulture, $"{model.Parameters.Count:N0} weights in float32, pairs of at most {model.MaxLength:N0} tokens.\n");
        Use(card);
        Data(card);
        Figures(card);
        Purpose(card);
        return card.ToString();
    }

    void Front(StringBuilder card)
    {
        card.Append(student ? "---\nlibrary_name: sentence-transformers\npipeline_tag: text-ranking\ntags:\n- sentence-transformers\n- cross-encoder\n- reranker\n" : "---\nlibrary_name: transformers\npipeline_tag: text-classification\ntags:\n");
        card.Append("- product-search\n- attar\n");
        if (Licence() is { } licence) card.Append(CultureInfo.InvariantCulture, $"license: {licence}\n");
        if (Base() is { } id) card.Append(CultureInfo.InvariantCulture, $"base_model: {id}\n");
        card.Append("---\n");
    }

    /// <summary>The hub's name of the model it started from, where its configuration still says so.</summary>
    string? Base() => origin?.Reference.Split(':', 2) is ["hf", var named] ? string.Join('/', named.Split('@')[0].Split('/').Take(2)) : FormerName();

    string? FormerName() => model.Description?["_name_or_path"] is JsonValue value && value.TryGetValue(out string? path) && path.Split('/') is [var owner, var repository] && IsName(owner) && IsName(repository) ? path : null;

    /// <summary>Of the weights it started from, as the hub writes it; null where it is not told, or is no single name.</summary>
    string? Licence() => origin?.Licence.Split(' ')[0].ToLowerInvariant() is { Length: > 0 } licence && licence.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') ? licence : null;

    static bool IsName(string part) => part.Length > 0 && part[0] is not '.' && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    void Use(StringBuilder card)
    {
        if (!student) return;
        card.Append("\n## Use\n\n");
        if (ModelStore.IsPlain(model)) card.Append(Lines("")).Append("text-embeddings-inference and vLLM serve the folder as a reranker.\n");
        else if (OnnxModel.CanWrite(model))
            card.Append(Lines(", backend=\"onnx\"")).Append("The model also marks words that stand on both sides, which is no part of the published architecture. `onnx/model.onnx` computes it, and so does Attar, whose weights lie in `attar/`: the folder has none at its root, "
                + "so that tools which would read them as the plain architecture say that they find none instead of giving other scores. text-embeddings-inference serves the ONNX file with its ONNX Runtime backend; vLLM cannot serve the model.\n");
        else card.Append("`attar serve --model path/to/this/folder`. The model reads query and product apart in its lower layers, which is no part of the published architecture: no other tool computes it, and the folder has no weights at its root, so that none gives other scores.\n");
        if (OnnxModel.CanWrite(model)) card.Append("`onnx/model.onnx` takes `input_ids`, `attention_mask` and, if the model tells sides apart, `token_type_ids`, padded on the right, and gives `logits`.\n");

        static string Lines(string option) => $"```python\nfrom sentence_transformers import CrossEncoder\nCrossEncoder(\"path/to/this/folder\"{option}).predict([(\"cordless drill\", \"18 V drill driver with two batteries\")])\n```\n\n";
    }

    void Data(StringBuilder card)
    {
        card.Append("\n## Training data\n\n");
        SortedDictionary<string, StageEntry> stages = WorkspaceRecord.Load(workspace).Stages;
        string? source = stages.TryGetValue("import", out StageEntry? import) ? (string?)import.Options["format"] : null;
        card.Append(CultureInfo.InvariantCulture, $"A judged catalogue{(source == null ? "" : $" ({source})")}: {Lines(DatasetFiles.Products):N0} products, {Lines(DatasetFiles.Queries):N0} queries, {DatasetFiles.JudgmentFiles(workspace.Data).Sum(file => Lines(Path.GetFileName(file)) - 1):N0} judgments; queries are split into train, dev and test.\n");
        StageEntry? training = stages.GetValueOrDefault(student ? $"distill {name}" : "teach");
        if (training == null) return;
        string labels = Path.Combine(workspace.Round((int?)training.Options["round"] ?? 1).Labels, LabelManifest.FileName);
        if (student && (string?)training.Options["learn"] == "labels" && File.Exists(labels))
        {
            JsonNode? manifest = Json(labels);
            string teacher = manifest?["endpoint"]?["model"] is JsonValue named ? $" ({named})" : "";
            card.Append(CultureInfo.InvariantCulture, $"Learned from a teacher's scores{teacher} of {(long?)manifest?["count"]:N0} pairs that nobody judged");
        }
        else card.Append("Learned from the judgments of people");
        card.Append(CultureInfo.InvariantCulture, $"{((string?)training.Options["loss"] is { } loss ? $", loss {loss}" : "")}, {(int?)training.Options["training"]?["epochs"]} epochs, seed {training.Seed}");
        card.Append((string?)training.Options["from"] is { } from ? $", starting from {Path.GetFileName(Path.TrimEndingDirectorySeparator(from))}.\n" : ".\n");
    }

    /// <summary>Of a file that ends in a line's end.</summary>
    long Lines(string file) => Path.Combine(workspace.Data, file) is var path && File.Exists(path) ? File.ReadLines(path).LongCount() : 0;

    void Figures(StringBuilder card)
    {
        card.Append("\n## Metrics\n\n");
        JsonNode? metrics = Json(workspace.Metrics);
        JsonNode? own = metrics?["systems"]?.AsArray().FirstOrDefault(system => (string?)system?["name"] == name);
        if (own == null)
        {
            card.Append("Not measured in this workspace: `attar evaluate`, then `attar export` again.\n");
            return;
        }
        card.Append(CultureInfo.InvariantCulture, $"On {(int?)metrics!["queries"]?["counted"]:N0} queries of the {(string?)metrics["split"]} split, against {(string?)metrics["against"]}; NDCG: {(string?)metrics["variant"]}.\n\n| metric | value | 95 % interval |\n|---|---|---|\n");
        foreach ((string metric, JsonNode? value) in own.AsObject().Where(entry => entry.Value is JsonValue known && known.TryGetValue(out double _)))
        {
            JsonArray? interval = own["ci"]?[metric]?.AsArray();
            card.Append(CultureInfo.InvariantCulture, $"| {metric} | {(double)value!:0.0000} | {(interval is [{ } low, { } high] ? string.Create(CultureInfo.InvariantCulture, $"{(double)low:0.0000} to {(double)high:0.0000}") : "")} |\n");
        }
    }

    void Purpose(StringBuilder card)
    {
        card.Append("\n## Intended use\n\n").Append(student
            ? "Reordering the candidates that a search engine found in a product catalogue like the one above, in its language.\n"
            : "Labelling pairs of queries and products for the training of a smaller model.\n");
        card.Append("\n## Limits\n\n");
        card.Append("- Other catalogues, languages and kinds of queries were not measured; measure before use.\n- It knows the text of a product alone: no price, stock, picture or clicks. Text beyond the longest pair is cut.\n- It takes over what the raters, and a teacher, preferred.\n");
        if (student) card.Append("- Scores of different queries are comparable only as far as the calibration above says; they are no probabilities.\n");
        card.Append(origin is null
            ? "- The licence is that of the data and the model it started from: add it as `license` at the head of this file.\n"
            : $"- It started from the weights {origin.Reference}, licence {(origin.Licence == "" ? "not told" : origin.Licence)}; beside that the licence of the data it learned from counts.\n");
    }

    static JsonNode? Json(string path)
    {
        try
        {
            return File.Exists(path) ? JsonTexts.Node(File.ReadAllText(path)) : null;
        }
        catch (JsonException)
        {
            throw new InputException(path, "damaged: expected JSON; delete it and run the command that writes it again");
        }
    }
}
