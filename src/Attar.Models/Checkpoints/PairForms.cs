using System.Text.Json.Nodes;
using Attar.Models.Files;
using Attar.Models.Jinja;
using Attar.Models.Tokenizers;

namespace Attar.Models.Checkpoints;

/// <summary>
/// How a folder says that pairs are written: <c>attar.template</c> in config.json where Attar wrote it, else what the model's own library does: transformers'
/// <c>tokenizer_config.json</c>, a chat template with the roles query and document, and sentence-transformers' <c>sentence_bert_config.json</c> and
/// <c>config_sentence_transformers.json</c>.
/// </summary>
static class PairForms
{
    /// <summary>The ways of models taught here: as the first release wrote pairs, and so that no pair ends with the padding.</summary>
    public const string Fields = "pair1", EndedFields = "pair2";

    /// <summary>The way of the model's own library, where Attar wrote the folder all the same.</summary>
    const string Plain = "plain";

    const string Key = "template", Chat = "chat_template", ChatFile = "chat_template.jinja", Tokenizer = "tokenizer_config.json";

    /// <param name="folder">With the tokenizer's files, or a file.</param>
    /// <param name="description">The model's configuration.</param>
    /// <exception cref="CheckpointException">naming the file whose way cannot be followed.</exception>
    public static PairForm Of(string folder, ModelFolder description)
    {
        ModelFolder? tokenizer = Open(folder, Tokenizer);
        if (description.Part("attar") is not { } own) return Elsewhere(folder, tokenizer);
        switch (own.Text(Key, Fields))
        {
            case Fields: return new PairForm.Fields();
            case Plain: return Elsewhere(folder, tokenizer);
            case EndedFields: return new PairForm.Fields(description.Integer("pad_token_id", -1) is >= 0 and var id ? id : null, Spelled(tokenizer, "pad_token"));
            case var template:
                try
                {
                    return PairForm.OneText.Of(template) with { MaxTokens = MaxTokens(folder, tokenizer) };
                }
                catch (InvalidDataException)
                {
                    throw own.Refused(Key, $"\"{Fields}\", \"{EndedFields}\", \"{Plain}\" or a text with {{query}} and {{product}}");
                }
        }
    }

    /// <summary>What a folder that says nothing is to say.</summary>
    public static string NameOf(PairForm form) => form is PairForm.Fields ? Fields : Plain;

    static PairForm Elsewhere(string folder, ModelFolder? tokenizer)
    {
        int? most = MaxTokens(folder, tokenizer);
        bool cutsStart = tokenizer?.Text("truncation_side", "right") == "left";
        string prompt = Prompt(folder);
        if (ChatTemplate(folder, tokenizer) is var (source, where) && (TakesMessages(folder) || NamesRoles(source)))
            return new PairForm.OneText(source + prompt, Writer(source, where, prompt, tokenizer), Structure: false, most, cutsStart);
        return new PairForm.TwoTexts(most, cutsStart, tokenizer?.Texts("model_input_names") is { } inputs && !inputs.Contains("token_type_ids"), prompt);
    }

    static ModelFolder? Open(string folder, string file) => File.Exists(Path.Combine(folder, file)) ? ModelFolder.Open(folder, file) : null;

    /// <summary>transformers writes 1e30 where there is no limit.</summary>
    static int? MaxTokens(string folder, ModelFolder? tokenizer)
    {
        double most = Math.Min(tokenizer?.Number("model_max_length", double.MaxValue) ?? double.MaxValue, Open(folder, "sentence_bert_config.json")?.Number("max_seq_length", double.MaxValue) ?? double.MaxValue);
        return most <= int.MaxValue ? (int)most : null;
    }

    /// <summary>What sentence-transformers writes before every query, or says as the system.</summary>
    static string Prompt(string folder)
    {
        if (Open(folder, "config_sentence_transformers.json") is not { } config || config.Text("default_prompt_name", "") is not { Length: > 0 } name) return "";
        return config.Part("prompts")?.Text(name, "") ?? throw config.Refused("prompts", $"an object with \"{name}\", the default prompt");
    }

    static (string Source, string Where)? ChatTemplate(string folder, ModelFolder? tokenizer)
    {
        string file = Path.Combine(folder, ChatFile);
        if (File.Exists(file)) return (File.ReadAllText(file), file);
        return tokenizer?.Config[Chat] switch
        {
            JsonValue value when value.TryGetValue(out string? source) => (source, $"{tokenizer.Location}: {Chat}"),
            JsonArray named when named.OfType<JsonObject>().FirstOrDefault(entry => $"{entry["name"]}" == "default") is { } preset => ($"{preset["template"]}", $"{tokenizer.Location}: {Chat}"),
            _ => null,
        };
    }

    /// <summary>Whether sentence-transformers gives the model messages.</summary>
    static bool TakesMessages(string folder) => Open(folder, "sentence_bert_config.json")?.Part("modality_config")?.Part("message") != null;

    /// <summary>A language model's own template speaks of users and assistants alone.</summary>
    static bool NamesRoles(string source) => new[] { "query", "document" }.All(role => source.Contains($"'{role}'", StringComparison.Ordinal) || source.Contains($"\"{role}\"", StringComparison.Ordinal));

    static Func<string, string, string> Writer(string source, string where, string prompt, ModelFolder? tokenizer)
    {
        JinjaTemplate template;
        var constants = new Dictionary<string, object?> { ["add_generation_prompt"] = false, ["tools"] = null, ["documents"] = null };
        foreach (string token in new[] { "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token" })
            if (Spelled(tokenizer, token) is { } spelled) constants[token] = spelled;
        const string query = "q0e1", product = "p2d3";
        try
        {
            template = JinjaTemplate.Parse(source, where);
            string tried = Write(query, product);
            if (!tried.Contains(query) || !tried.Contains(product)) throw new CheckpointException($"{where}: expected a chat template that writes messages of the roles query and document, this one leaves one out; give a pair template (--pair-template)");
        }
        catch (JinjaException fault)
        {
            throw new CheckpointException($"{fault.Message}; give a pair template (--pair-template)");
        }
        return Asked;

        string Asked(string query, string product)
        {
            try
            {
                return Write(query, product);
            }
            catch (JinjaException fault)
            {
                throw new InvalidDataException(fault.Message); // of these texts alone
            }
        }

        string Write(string query, string product)
        {
            object?[] system = prompt.Length > 0 ? [Message("system", prompt)] : [];
            return template.Render(new Dictionary<string, object?>(constants) { ["messages"] = (List<object?>)[.. system, Message("query", query), Message("document", product)] });
        }
    }

    static Dictionary<string, object?> Message(string role, string content) => new() { ["role"] = role, ["content"] = content };

    /// <summary>A special token, which the file has as a text or with its properties.</summary>
    static string? Spelled(ModelFolder? tokenizer, string token) => tokenizer?.Config[token] switch
    {
        JsonValue value when value.TryGetValue(out string? text) => text,
        JsonObject properties when properties["content"] is JsonValue value && value.TryGetValue(out string? text) => text,
        _ => null,
    };
}
