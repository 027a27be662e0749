using Attar.Data;
using Attar.Evaluation;
using Attar.Evaluation.CutOffs;
using Attar.Tensors.Kernels;
using Attar.Weights;

namespace Attar.Tests.Evaluation.CutOffs;

/// <summary>A cut-off belongs to the model that it was measured on. The models are made up; their folders are real.</summary>
public sealed class CalibratorTests : IDisposable
{
    readonly MadeUp.Folder folder = new();
    readonly Dataset shop = MadeUp.Shop(200);

    public CalibratorTests()
    {
        DatasetFiles.Write(folder.At("data"), shop);
        Train("first");
    }

    public void Dispose() => folder.Dispose();

    void Train(string weights)
    {
        folder.Write("student/config.json", "{}");
        folder.Write("student/attar/model.safetensors", weights);
    }

    Calibrator Of(double precision = .9, double noise = 1.5, string split = "test", double? grade = null, string model = "student") =>
        new(model, precision, grade, new Measuring(split, PooledResamples: 200)) { Load = (_, _) => new MadeUp.Reranker("student", shop, noise) };

    CutOff? Read(out string? fault, Precision precision = Precision.Float32, string? template = null) =>
        CutOff.Read(folder.At("student"), precision, () => ModelDigest.Of(folder.At("student")), template, out fault);

    [Fact]
    public void A_cut_off_is_as_precise_as_asked_and_is_read_back()
    {
        (CutOff made, string path, IReadOnlyList<string> warnings) = Of().Run(MadeUp.Context(folder.Root));
        Assert.Equal(folder.At("student/calibration/cutoff.json"), path);
        Assert.True(made.Precision >= .9 && made.Low <= made.Precision && made.Precision <= made.High && made.Low > .8, $"{made}");
        Assert.True(made is { Recall: > .5, Cut: > 0 and < 1, Queries: 160, Pairs: 1280 } && made.Shown == (int)Math.Round(made.Pairs * (1 - made.Cut)), $"{made}");
        Assert.Equal(1.5, made.Grade); // the data's own
        Assert.Empty(warnings);
        Assert.Equal(made, Read(out string? fault));
        Assert.Null(fault);
    }

    [Fact]
    public void More_precision_costs_recall()
    {
        CutOff loose = Of(.7).Run(MadeUp.Context(folder.Root)).CutOff, strict = Of(.97).Run(MadeUp.Context(folder.Root)).CutOff;
        Assert.True(strict.Score > loose.Score && strict.Recall < loose.Recall && strict.Emptied >= loose.Emptied, $"{loose} {strict}");
    }

    [Fact]
    public void A_model_that_was_trained_again_has_none()
    {
        Of().Run(MadeUp.Context(folder.Root));
        folder.Write("student/README.md", "# a card, which changes no score");
        folder.Write("student/model.onnx", "an export");
        Assert.NotNull(Read(out _));
        Train("second");
        Assert.Null(Read(out string? fault));
        Assert.Equal("has the cut-off of another model: it was trained or changed since", fault);
    }

    [Fact]
    public void A_cut_off_holds_for_its_precision_and_its_template_alone()
    {
        Of(model: "student@int8").Run(MadeUp.Context(folder.Root));
        Assert.NotNull(Read(out _, Precision.Int8));
        Assert.Null(Read(out string? fault));
        Assert.Equal("has no cut-off", fault);
        Assert.Null(Read(out fault, Precision.Int8, "{query} {product}"));
        Assert.Equal("has the cut-off of another pair template", fault);
    }

    [Theory]
    [InlineData("{", "has a cut-off that cannot be read")]
    [InlineData("null", "has no cut-off")]
    [InlineData("""{"score":1}""", "has a cut-off that cannot be read")]
    public void A_broken_file_is_no_cut_off(string text, string expected)
    {
        folder.Write("student/calibration/cutoff.json", text);
        Assert.Null(Read(out string? fault));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void A_cut_off_that_is_no_number_is_none()
    {
        (CutOff made, string path, _) = Of().Run(MadeUp.Context(folder.Root));
        (made with { Score = float.NaN }).Write(path);
        Assert.Null(Read(out string? fault));
        Assert.Equal("has a cut-off that is no number", fault);
    }

    [Fact]
    public void What_no_score_reaches_is_refused_and_nothing_is_written()
    {
        StageFailedException error = Assert.Throws<StageFailedException>(() => (Of(.999) with { Load = (_, _) => new MadeUp.Answering("student", products => new float[products.Count]) }).Run(MadeUp.Context(folder.Root)));
        Assert.StartsWith("no score of student is that precise: at best ", error.Message);
        Assert.False(Directory.Exists(folder.At("student/calibration")));
    }

    [Fact]
    public void Few_judgments_are_told()
    {
        Dataset small = MadeUp.Shop(20);
        DatasetFiles.Write(folder.At("data"), small);
        IReadOnlyList<string> warnings = (Of() with { Load = (_, _) => new MadeUp.Reranker("student", small, 1) }).Run(MadeUp.Context(folder.Root)).Warnings;
        Assert.Contains("16 judged queries are few, so the interval is too narrow; judge 50 or more", warnings);
    }

    [Theory]
    [InlineData(0, 1, "student", "--precision: found 0; expected a share above 0, at most 1, such as .9")]
    [InlineData(double.NaN, 1, "student", "--precision: found NaN; expected a share above 0, at most 1, such as .9")]
    [InlineData(.9, 3, "student", "--grade: found 3; expected a rating above 0 and at most 2")]
    [InlineData(.9, 1, "bm25", "MODEL: bm25 has no model whose scores could be calibrated; name one, such as student")]
    public void Bad_input_gets_one_line(double precision, double grade, string model, string expected) =>
        Assert.Equal(expected, Assert.Throws<InputException>(() => Of(precision, grade: grade, model: model).Run(MadeUp.Context(folder.Root))).Message);
}
