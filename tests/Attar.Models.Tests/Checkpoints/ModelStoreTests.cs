using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Encoders;
using Attar.Models.Files;

namespace Attar.Models.Tests.Checkpoints;

public sealed class ModelStoreTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("attar-").FullName;

    [Fact]
    public void An_encoder_comes_back_as_it_was_saved()
    {
        using var model = new Encoder(new EncoderConfig(30, 16, 2, 4, 24, 20, Dropout: .25f));
        RoundTrip(model);
        Assert.Equal(model.Config, Assert.IsType<Encoder>(ModelStore.Load(folder)).Config);
    }

    [Fact]
    public void A_decoder_comes_back_as_it_was_saved_with_its_gains()
    {
        using var model = new Decoder(new DecoderConfig(30, 16, 2, 4, 2, 24, 20, Labels: 3)) { Gains = [0, .25, 1] };
        RoundTrip(model);
        var back = Assert.IsType<Decoder>(ModelStore.Load(folder));
        Assert.Equal(model.Config, back.Config);
        Assert.Equal([0, .25, 1], back.Gains!);
    }

    [Fact]
    public void A_pretrained_encoder_gets_a_fresh_head_and_keeps_the_rest()
    {
        using var model = new Encoder(new EncoderConfig(30, 16, 1, 4, 24, 20, LanguageHead: true));
        model.Parameters.Initialize(1);
        ModelStore.Save(model, folder);
        using PairModel student = ModelStore.LoadWithNewHead(folder, 1, seed: 2);
        Assert.True(student.Parameters["bert.pooler.dense.weight"].Value.Span.SequenceEqual(model.Parameters["bert.pooler.dense.weight"].Value.Span));
        Assert.False(student.Parameters["classifier.weight"].Value.Span.SequenceEqual(model.Parameters["classifier.weight"].Value.Span));
        Assert.False(student.Parameters.Contains("cls.predictions.bias"));
    }

    [Fact]
    public void A_student_goes_on_with_the_head_it_was_trained_with()
    {
        using var model = new Encoder(new EncoderConfig(30, 16, 1, 4, 24, 20));
        model.Parameters.Initialize(1);
        ModelStore.Save(model, folder);
        using PairModel student = ModelStore.LoadForScore(folder, seed: 2);
        Assert.All(model.Parameters.All, parameter => Assert.True(student.Parameters[parameter.Name].Value.Span.SequenceEqual(parameter.Value.Span)));
    }

    [Theory]
    [InlineData(1, true, null)] // pre-trained: its head's weights are those it began with
    [InlineData(3, false, null)]
    [InlineData(1, false, "a head over grades")]
    public void A_student_gets_a_fresh_head_where_the_folder_has_none_that_gives_scores(int labels, bool languageHead, string? graded)
    {
        using var model = new Encoder(new EncoderConfig(30, 16, 1, 4, 24, 20, Labels: labels, LanguageHead: languageHead)) { Gains = graded is null ? null : [1] };
        model.Parameters.Initialize(1);
        ModelStore.Save(model, folder);
        using PairModel student = ModelStore.LoadForScore(folder, seed: 2), other = ModelStore.LoadForScore(folder, seed: 3);
        Assert.Equal(1, student.Labels);
        Assert.False(student.Parameters["classifier.weight"].Value.Span.SequenceEqual(other.Parameters["classifier.weight"].Value.Span));
        Assert.True(student.Parameters["bert.pooler.dense.weight"].Value.Span.SequenceEqual(model.Parameters["bert.pooler.dense.weight"].Value.Span));
    }

    [Fact]
    public void An_encoder_is_no_language_model()
    {
        using var model = new Encoder(new EncoderConfig(30, 16, 1, 4, 24, 20));
        ModelStore.Save(model, folder);
        Assert.Equal($"{folder}: expected a decoder such as Llama, Mistral, Qwen or Gemma, the folder has an encoder", Assert.Throws<CheckpointException>(() => ModelStore.LoadLanguageModel(folder)).Message);
    }

    [Fact]
    public void A_missing_tensor_names_itself()
    {
        using var small = new Encoder(new EncoderConfig(30, 16, 1, 4, 24, 20));
        ModelStore.Save(small, folder);
        string config = Path.Combine(folder, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"num_hidden_layers\": 1", "\"num_hidden_layers\": 2"));
        Assert.Contains("bert.encoder.layer.1", Assert.Throws<CheckpointException>(() => ModelStore.Load(folder)).Message);
    }

    void RoundTrip(PairModel model)
    {
        model.Parameters.Initialize(1);
        ModelStore.Save(model, folder);
        byte[] first = File.ReadAllBytes(Path.Combine(folder, "attar", "model.safetensors"));
        using PairModel back = ModelStore.Load(folder);
        ModelStore.Save(back, folder);
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(folder, "attar", "model.safetensors")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
