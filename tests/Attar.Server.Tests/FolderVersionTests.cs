using Attar.Server.Reloading;

namespace Attar.Server.Tests;

public sealed class FolderVersionTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("attar-versions-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void The_same_files_have_the_same_digest_wherever_they_lie_and_other_ones_another()
    {
        string first = Model("first", "{}", "weights"), copy = Model("copy", "{}", "weights");
        Assert.Matches("^[0-9a-f]{16}$", FolderVersion.DigestOf(first));
        Assert.Equal(FolderVersion.DigestOf(first), FolderVersion.DigestOf(copy));
        File.SetLastWriteTimeUtc(Path.Combine(copy, "config.json"), DateTime.UnixEpoch);
        Assert.NotEqual(FolderVersion.Of(first), FolderVersion.Of(copy));
        Assert.Equal(FolderVersion.DigestOf(first), FolderVersion.DigestOf(copy));
        Assert.NotEqual(FolderVersion.DigestOf(first), FolderVersion.DigestOf(Model("other", "{}", "Weights"))); // that lie apart
        Assert.NotEqual(FolderVersion.DigestOf(first), FolderVersion.DigestOf(Model("another", "{ }", "weights")));
        Directory.CreateDirectory(Path.Combine(copy, "checkpoints"));
        File.WriteAllText(Path.Combine(copy, "checkpoints", "latest"), "x");
        Assert.Equal(FolderVersion.DigestOf(first), FolderVersion.DigestOf(copy));
    }

    string Model(string name, string config, string weights)
    {
        string folder = Path.Combine(root, name);
        Directory.CreateDirectory(Path.Combine(folder, "attar"));
        File.WriteAllText(Path.Combine(folder, "config.json"), config);
        File.WriteAllText(Path.Combine(folder, "attar", "model.safetensors"), weights);
        return folder;
    }
}
