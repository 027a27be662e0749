using System.Buffers.Binary;
using System.Text.Json;
using Attar.Data;
using Attar.Labeling;
using Attar.Models.Encoders;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Studies;
using Attar.Tests.Data;
using Attar.Workspaces;

namespace Attar.Tests.Retrieval;

public sealed class ModelRerankerTests : IDisposable
{
    readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Overwrites a tensor of one number.</summary>
    static void Set(string file, string tensor, float value)
    {
        byte[] bytes = File.ReadAllBytes(file);
        int header = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        int offset = JsonSerializer.Deserialize<JsonElement>(bytes.AsSpan(8, header)).GetProperty(tensor).GetProperty("data_offsets")[0].GetInt32();
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(8 + header + offset), value);
        File.WriteAllBytes(file, bytes);
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void A_model_whose_scores_are_no_numbers_scores_nothing(float broken, string said)
    {
        RandomModel.Write(folder["student"], new EncoderConfig(0, 16, 1, 2, 32, MaxPositions: 32), new WordPieceTokenizer([.. SpecialTokens.All, "drill", "table"]), 1);
        Set(Path.Combine(folder["student"], "attar", "model.safetensors"), "classifier.bias", broken);
        var workspace = new Workspace(folder.Root);
        DatasetFiles.Write(workspace.Data, new Dataset(new GradeScale([0, 1], 1), [new Product("p1", "drill"), new Product("p2", "table")], [new Query("q1", "drill")], [], new Dictionary<string, Split>()));
        folder.Add("pairs.tsv", "query_id\tproduct_id\nq1\tp1\nq1\tp2\n");
        var fault = Assert.Throws<StageFailedException>(() => new ScoreStage("student", folder["pairs.tsv"]).Run(new StageContext(workspace, 1, 1, folder, TimeProvider.System, CancellationToken.None)));
        Assert.Equal($"student gave a product the score {said}; its training diverged or its files are damaged: train it again, or take its files anew", fault.Message);
        Assert.False(File.Exists(Path.Combine(folder.Root, "scores", "student.tsv")));
    }
}
