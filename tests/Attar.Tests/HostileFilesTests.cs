using System.Diagnostics;
using System.Globalization;
using System.Text;
using Attar.Augmentation;
using Attar.Labeling;
using Attar.Labeling.Audit;
using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Heads;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Recipes;
using Attar.Studies;
using Attar.Tests.Recipes;
using Attar.Weights;

namespace Attar.Tests;

/// <summary>Files that somebody damaged or forged: each is read or refused in one of the ways that the command line explains, quickly, in little memory, and nothing outside is touched. <c>ATTAR_FUZZ=100000</c> tries so many of each kind.</summary>
public sealed class HostileFilesTests : IDisposable
{
    const long Telling = 1 << 20, Elsewhere = 64 << 20; // bytes that a refusal may take, and all threads together, of which other tests may have some

    static readonly int mutants = int.Parse(Environment.GetEnvironmentVariable("ATTAR_FUZZ") ?? "400", CultureInfo.InvariantCulture);
    static readonly string[] spice = ["-1", "0", "2147483647", "2147483648", "1e308", "1e999", "NaN", "null", "true", "[]", "{}", "\"\"", "\"../../victim\"", "\"/etc/passwd\"", "\"\\ud800\"", "99999999999999999999", "[[[[[[[[", "\"\\u0000\""];

    readonly string root = Directory.CreateTempSubdirectory("attar-hostile-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    string this[params string[] names] => Path.Combine([root, .. names]);

    [Fact]
    public void A_label_manifest()
    {
        LabelWriter writer = LabelWriter.Begin(this["labels"], new LabelManifest(new LabelStamp("teacher", "", "", ScoreTransform.Logit, "", 2), "source", DateTimeOffset.UnixEpoch, 4, []));
        using (LabelShardWriter shard = writer.Open(0, 1, (_, _) => false))
        {
            shard.Append([LabelStore.Line(new CandidatePair("q", "p", ""), 1, [.2, .8], "-")]);
            shard.Seal();
        }
        writer.Finish();
        Attack(this["labels", "manifest.json"], () => LabelStore.Read(this["labels"], distributions: true).Count());
        Attack(this["labels", "labels-00000.tsv"], () =>
        {
            LabelManifest manifest = LabelManifest.Read(this["labels"]);
            (manifest with { Shards = [manifest.Shards[0] with { Sha256 = LabelStore.HashOf(this["labels", "labels-00000.tsv"]) }] }).Write(this["labels"]); // even where the digest is right
            LabelStore.Read(this["labels"], distributions: true).Count();
        });
    }

    [Fact]
    public void A_record_of_a_workspace()
    {
        using var workspace = new TemporaryWorkspace();
        CopyStage stage = new("first", "a");
        workspace.Run(stage);
        Attack(workspace.Workspace.Record, () => workspace.Run(stage with { Text = "b" }));
        Assert.Equal(["first", "runs.log", "workspace.json", "workspace.lock"], Directory.GetFileSystemEntries(workspace.Workspace.Root).Select(path => Path.GetFileName(path)!).Where(name => name is not (".former" or ".making" or ".replaced")).Order(StringComparer.Ordinal));
    }

    /// <summary>.NET's tree of nodes takes it, and fails where the object is used.</summary>
    [Fact]
    public void A_record_with_a_name_twice()
    {
        using var workspace = new TemporaryWorkspace();
        CopyStage stage = new("first", "a");
        workspace.Run(stage);
        string record = File.ReadAllText(workspace.Workspace.Record), twice = record.Replace("\"times\":", "\"times\": 1, \"times\":", StringComparison.Ordinal);
        Assert.NotEqual(record, twice);
        File.WriteAllText(workspace.Workspace.Record, twice);
        Assert.Contains("damaged", Assert.Throws<InputException>(() => workspace.Run(stage with { Text = "b" })).Message);
    }

    /// <summary>.NET heeds what may be null for properties, not for what lists and dictionaries hold.</summary>
    [Theory]
    [InlineData("\"first/out.txt\"\n", "null\n")] // the files of a stage
    [InlineData("\"publishing\": null", "\"elsewhere\": [null]")]
    [InlineData("\"stages\": {", "\"stages\": { \"zeroth\": null,")]
    [InlineData("\"inputs\": {", "\"inputs\": { \"data\": null")]
    public void A_record_with_a_null_in_a_list(string sound, string damaged)
    {
        using var workspace = new TemporaryWorkspace();
        CopyStage stage = new("first", "a");
        workspace.Run(stage);
        string record = File.ReadAllText(workspace.Workspace.Record).Replace(",\n  \"elsewhere\": null", "", StringComparison.Ordinal), with = record.Replace(sound, damaged, StringComparison.Ordinal);
        Assert.NotEqual(record, with);
        File.WriteAllText(workspace.Workspace.Record, with);
        Assert.Contains("damaged", Assert.Throws<InputException>(() => workspace.Run(stage with { Text = "b" })).Message);
    }

    [Fact]
    public void Manifests_and_reports_with_a_null_in_a_list()
    {
        new WeightManifest("hf:a/b", "origin", "main", "MIT", DateTimeOffset.UnixEpoch, "model", []).Write(root);
        new LabelManifest(new LabelStamp("teacher", "", "", ScoreTransform.Logit, "", 2), "source", DateTimeOffset.UnixEpoch, 4, []).Write(root);
        foreach (string file in new[] { this[WeightManifest.FileName], this[LabelManifest.FileName] }) File.WriteAllText(file, File.ReadAllText(file).Replace("[]", "[null]", StringComparison.Ordinal));
        Assert.Contains("damaged", Assert.Throws<InputException>(() => WeightManifest.Read(root)).Message);
        File.WriteAllText(this["pairs.json"], """{ "pairs": 1, "queries": 1, "products": 1, "labels": 0, "checks": [null], "histograms": [] }""");
        Assert.Contains("damaged", Assert.Throws<InputException>(() => PairAudit.Read(this["pairs.json"])).Message);
        Assert.Contains("expected the manifest of a label store", Assert.Throws<InputException>(() => LabelManifest.Read(root)).Message);
    }

    [Fact]
    public void A_recipe()
    {
        File.WriteAllText(this["recipe.json"], """
            { "name": "r", "variables": { "data": "x", "n": 3 }, "seed": 1, "threads": 2, "stages": [
              { "stage": "import", "format": "csv", "path": "${data}" },
              { "stage": "teach", "shape": { "layers": 2 }, "training": { "epochs": "${n}", "learningRate": 0.001 } },
              { "stage": "generate", "perQuery": 30, "topShare": 0.3 },
              { "stage": "label", "teachers": ["teacher", "minilm"] },
              { "stage": "distill", "student": "student", "loss": "margin-mse" } ] }
            """);
        Attack(this["recipe.json"], () => RecipeConsent.Sent(RecipeFile.Read(this["recipe.json"], []), _ => null));
    }

    [Fact]
    public void A_manifest_of_weights()
    {
        new WeightManifest("hf:a/b", "origin", "main", "MIT", DateTimeOffset.UnixEpoch, "model", [new WeightFile("model/config.json", 2, "00")]).Write(root);
        Attack(this[WeightManifest.FileName], () => WeightManifest.Read(root));
    }

    [Fact]
    public void A_model_folder()
    {
        RandomModel.Write(this["model"], new EncoderConfig(0, 16, 2, 2, 32, MaxPositions: 32), new WordPieceTokenizer([.. SpecialTokens.All, "drill", "table"]), 1);
        foreach (string file in Directory.GetFiles(this["model"], "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".json" or ".txt" or ".safetensors"))
            Attack(file, () =>
            {
                using var model = ModelStore.LoadToRank(this["model"]);
                PairText text = ModelText.Of(model, ModelStore.LoadTokenizer(this["model"]));
                text.Encode("drill", [new TextField("", "table")]);
            });
    }

    /// <summary>Reads mutants of a file, each in at most one and a half times the memory that the sound one takes, and what a refusal takes; afterwards it is as before.</summary>
    void Attack(string path, Action read)
    {
        byte[] sound = File.ReadAllBytes(path);
        read(); // compiles
        long needed = Allocated(read), allowed = needed + (needed / 2) + Telling;
        var random = new Random(path.Length + sound.Length);
        var clock = new Stopwatch();
        for (int i = 0; i < mutants; i++)
        {
            byte[] mutant = Mutate(sound, random);
            File.WriteAllBytes(path, mutant);
            long before = GC.GetAllocatedBytesForCurrentThread(), beforeOfAll = GC.GetTotalAllocatedBytes();
            clock.Restart();
            try
            {
                read();
            }
            catch (Exception fault) when (fault is InputException or CheckpointException or InvalidDataException or StageFailedException)
            {
                Assert.NotEmpty(fault.Message);
            }
            catch (Exception fault)
            {
                Assert.Fail($"{Path.GetFileName(path)}: {fault.GetType().Name}: {fault}\n{Encoding.UTF8.GetString(mutant.AsSpan(0, Math.Min(mutant.Length, 3000)))}");
            }
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(taken <= allowed, $"{Path.GetFileName(path)}: {taken:N0} bytes, where {allowed:N0} are allowed and the sound one takes {needed:N0}\n{Encoding.UTF8.GetString(mutant.AsSpan(0, Math.Min(mutant.Length, 3000)))}");
            Assert.True(GC.GetTotalAllocatedBytes() - beforeOfAll < Elsewhere, $"{Path.GetFileName(path)}: {(GC.GetTotalAllocatedBytes() - beforeOfAll) >> 20} MiB of all threads\n{Encoding.UTF8.GetString(mutant.AsSpan(0, Math.Min(mutant.Length, 3000)))}");
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30));
        }
        File.WriteAllBytes(path, sound);
    }

    static long Allocated(Action read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        read();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    static byte[] Mutate(byte[] sound, Random random)
    {
        var bytes = new List<byte>(sound);
        for (int change = random.Next(1, 4); change > 0 && bytes.Count > 0; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 40))); break;
                case 2: bytes.InsertRange(at, bytes.Skip(random.Next(bytes.Count)).Take(random.Next(1, 40)).ToArray()); break;
                case 3: bytes.RemoveRange(at, bytes.Count - at); break;
                default: // a value of JSON by another
                    int from = bytes.IndexOf((byte)':', at), to = from < 0 ? -1 : bytes.FindIndex(from, b => b is (byte)',' or (byte)'}' or (byte)']' or (byte)'\n');
                    if (to < 0) break;
                    bytes.RemoveRange(from + 1, to - from - 1);
                    bytes.InsertRange(from + 1, Encoding.UTF8.GetBytes(spice[random.Next(spice.Length)]));
                    break;
            }
        }
        return [.. bytes];
    }
}
