using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Files;
using Attar.Models.Heads;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Models.Tests.Checkpoints;

/// <summary>What becomes of the heads of models from elsewhere, and how broken folders are refused.</summary>
public sealed class ForeignHeadTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly CpuKernels kernels = new(1);

    public void Dispose()
    {
        kernels.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("irrelevant, relevant", "0 1")]
    [InlineData("Relevant, Not_Relevant", "1 0")]
    [InlineData("LABEL_0, LABEL_1", "0 1")]
    [InlineData("grade 3, grade 0, grade 1, grade 2", "1 0 0.3333 0.6667")]
    [InlineData("Exact, Substitute, Complement, Irrelevant", "1 0.6667 0.3333 0")]
    [InlineData("entailment, neutral, contradiction", null)]
    [InlineData("1 star, 1 star", null)]
    [InlineData("anger, joy", null)]
    public void Classes_are_worth_what_their_names_say(string names, string? gains) =>
        Assert.Equal(gains, ClassGains.Of(names.Split(", ")) is { } found ? string.Join(' ', found.Select(gain => FormattableString.Invariant($"{gain:0.####}"))) : null);

    [Fact]
    public void Two_classes_give_the_difference_of_their_logits()
    {
        using PairModel model = ModelStore.Load(ForeignFolder.Bert(folder.Path, "irrelevant", "relevant"));
        using var scorer = new PairScorer(model, kernels, frozen: true);
        TokenPair[] pairs = [ModelText.Of(model, ModelStore.LoadTokenizer(folder.Path)).Encode("red drill", [new("", "cordless drill")])];
        float[] logits = new float[2];
        scorer.Logits(pairs, logits);
        Assert.Equal(logits[1] - logits[0], scorer.Scores(pairs)[0]);
        Assert.Equal(30, GradeHead.Score([-10, 20], [0, 1], stackalloc double[2])); // however far apart
    }

    [Fact]
    public void A_head_that_cannot_rank_is_refused_as_it_is_read()
    {
        string fault = Fault(ForeignFolder.Bert(folder.Path, "entailment", "neutral", "contradiction"));
        Assert.Equal($"{folder.File("config.json")}: id2label: expected names of grades such as irrelevant and relevant, or with a number each, found entailment, neutral, contradiction: this head tells other things apart and cannot rank", fault);
    }

    [Fact]
    public void Modules_give_one_score()
    {
        using PairModel model = ModelStore.Load(ForeignFolder.Modular(folder.Path));
        Assert.Equal((1, "the modules Pooling, Dense, LayerNorm, Dense, the last of which gives the score"), (model.Labels, model.HeadNote));
        using var scorer = new PairScorer(model, kernels, frozen: true);
        PairText text = ModelText.Of(model, ModelStore.LoadTokenizer(folder.Path));
        TokenPair[] pairs = [text.Encode("red drill", [new("", "cordless drill")]), text.Encode("acme", [new("", "bits, tools")])];
        float[] both = scorer.Scores(pairs);
        Assert.Equal((both[0], both[1]), (scorer.Scores([pairs[0]])[0], scorer.Scores([pairs[1]])[0]));
        Assert.NotEqual(both[0], both[1]);
    }

    [Fact]
    public void A_language_model_s_answer_is_the_difference_of_two_logits()
    {
        ForeignFolder.Llama(folder.Path);
        using PairModel model = ModelStore.Load(folder.Path), language = ModelStore.LoadLanguageModel(folder.Path);
        using var scorer = new PairScorer(model, kernels, frozen: true);
        TokenPair[] pairs = [ModelText.Of(model, ModelStore.LoadTokenizer(folder.Path)).Encode("red drill", [new("", "cordless drill")])];
        Assert.Equal("query : red drill product", string.Join(' ', pairs[0].Ids[..4].Select(ModelStore.LoadTokenizer(folder.Path).TokenOf)) + " product");
        using var arena = new Attar.Tensors.Arena();
        PackedBatch batch = PackedBatch.Of(pairs);
        Span<float> logits = language.LanguageLogits(new Attar.Tensors.Autograd.Tape(kernels, arena, training: false), batch, batch.LastRows.ToArray()).Value.Span;
        Assert.Equal(logits[17] - logits[18], scorer.Scores(pairs)[0], 1e-5f);
    }

    [Theory]
    [InlineData("1_LogitScore/config.json", "true_token_id", "99", "1_LogitScore/config.json: true_token_id: expected a token of the model, 0 to 21, the file has 99")]
    [InlineData("1_LogitScore/config.json", "true_token_id", "-1", "expected a token of the model")]
    [InlineData("1_LogitScore/config.json", "false_token_id", "22", "false_token_id: expected a token of the model")]
    [InlineData("1_LogitScore/config.json", "true_token_id", "\"yes\"", "true_token_id: expected a whole number, the file has \"yes\"")]
    [InlineData("1_LogitScore/config.json", "true_token_id", "null", "true_token_id: expected a whole number, the file has none")]
    [InlineData("config.json", "model_type", "\"bert\"", "")]
    [InlineData("config.json", "vocab_size", "21", "expected shape (21, 8), the file has (22, 8)")]
    [InlineData("config_sentence_transformers.json", "default_prompt_name", "\"web\"", "prompts: expected an object with \"web\", the default prompt")]
    [InlineData("sentence_bert_config.json", "modality_config", "3", "modality_config: expected an object, the file has 3")]
    [InlineData("tokenizer_config.json", "model_max_length", "\"long\"", "model_max_length: expected a number, the file has \"long\"")]
    public void A_broken_answer_is_refused_in_one_line(string file, string key, string value, string expected)
    {
        ForeignFolder.Llama(folder.Path);
        if (!File.Exists(folder.File(file))) File.WriteAllText(folder.File(file), "{}");
        ForeignFolder.Edit(folder.File(file), json => json[key] = JsonNode.Parse(value));
        Assert.Contains(expected, Fault(folder.Path));
    }

    [Theory]
    [InlineData("{{ messages[7].content }}", "chat_template.jinja: 'content' is asked of something that is not defined; give a pair template (--pair-template)")]
    [InlineData("{{ raise_exception('roles must alternate') }}", "chat_template.jinja: it refuses these messages: roles must alternate; give a pair template (--pair-template)")]
    [InlineData("{{ messages | tojson(indent=2) }}", "tojson has arguments, which are not supported")]
    [InlineData("{% for m in messages %}{{ m.content }}", "line 1: the template ends; expected endfor")]
    [InlineData("{% for m in messages %}{{ m.content }}{% endif %}", "expected endfor")]
    [InlineData("{% import 'x' as y %}", "the block 'import' is not supported")]
    [InlineData("{{ messages | dictsort }}", "the filter 'dictsort' is not supported")]
    [InlineData("{{ cycler(1) }}", "the function 'cycler' is not supported")]
    [InlineData("yes or no?", "expected a chat template that writes messages of the roles query and document, this one leaves one out")]
    [InlineData("{{ messages[0].content }}", "this one leaves one out; give a pair template (--pair-template)")]
    [InlineData("{{ 1 / 0 }}", "'/' divides by zero")]
    public void A_chat_template_that_cannot_be_followed_is_refused_in_one_line(string chat, string expected) => Assert.Contains(expected, Fault(ForeignFolder.Llama(folder.Path, chat)));

    [Theory]
    [InlineData("4_Dense/config.json", "out_features", "2", "4_Dense")]
    [InlineData("2_Dense/config.json", "in_features", "9", "2_Dense/config.json: in_features: expected 8, what the module before gives, the file has 9")]
    [InlineData("2_Dense/config.json", "activation_function", "\"torch.nn.modules.activation.Mish\"", "activation_function: expected Identity, GELU, Tanh or ReLU of torch.nn")]
    [InlineData("3_LayerNorm/config.json", "dimension", "5", "3_LayerNorm/config.json: dimension: expected 4, what the module before gives, the file has 5")]
    [InlineData("1_Pooling/config.json", "pooling_mode", "\"max\"", "1_Pooling/config.json: pooling_mode: expected cls, mean or lasttoken, the file has \"max\"")]
    [InlineData("1_Pooling/config.json", null, "", "1_Pooling/config.json: expected one of pooling_mode_cls_token, pooling_mode_mean_tokens, pooling_mode_lasttoken, found none")]
    [InlineData("3_LayerNorm", null, "", "module LayerNorm: expected its folder")]
    [InlineData("4_Dense/model.safetensors", null, "", "expected model.safetensors or model.safetensors.index.json, the folder has neither")]
    [InlineData("modules.json", null, "[{\"path\":\"\"},{\"path\":\"1_Pooling\"}]", "modules.json: type: expected a text in every module, one has none")]
    [InlineData("modules.json", null, "{", "modules.json: expected a list of modules in JSON")]
    [InlineData("modules.json", null, "[{\"path\":\"\",\"type\":\"Transformer\"},{\"path\":\"2_Dense\",\"type\":\"Dense\"}]", "expected Pooling as the first module behind the model, found Dense")]
    [InlineData("modules.json", null, "[{\"path\":\"\",\"type\":\"Transformer\"},{\"path\":\"1_Pooling\",\"type\":\"Pooling\"},{\"path\":\"2_Dense\",\"type\":\"SpladePooling\"}]", "module SpladePooling: expected one of Transformer, Pooling, Dense")]
    [InlineData("modules.json", null, "[{\"path\":\"\",\"type\":\"Transformer\"},{\"path\":\"1_Pooling\",\"type\":\"Pooling\"},{\"path\":\"2_Dense\",\"type\":\"Dense\"}]", "expected a last module with 1 output, a score; it has 4")]
    public void A_broken_module_is_refused_in_one_line(string file, string? key, string value, string expected)
    {
        ForeignFolder.Modular(folder.Path);
        if (key != null) ForeignFolder.Edit(folder.File(file), json => json[key] = JsonNode.Parse(value));
        else if (Directory.Exists(folder.File(file))) Directory.Delete(folder.File(file), recursive: true);
        else if (file.EndsWith("config.json", StringComparison.Ordinal)) File.WriteAllText(folder.File(file), "{}");
        else if (value == "") File.Delete(folder.File(file));
        else File.WriteAllText(folder.File(file), value);
        Assert.Contains(expected, Fault(folder.Path));
    }

    static string Fault(string path)
    {
        string fault = Assert.Throws<CheckpointException>(() => ModelStore.Load(path).Dispose()).Message;
        Assert.DoesNotContain('\n', fault);
        return fault;
    }
}
