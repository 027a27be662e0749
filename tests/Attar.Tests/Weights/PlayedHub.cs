using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Attar.Tests.Weights;

/// <summary>What the Hub does instead of answering as it should.</summary>
/// <param name="Status">Answered in place of 200.</param>
/// <param name="Code">Of <c>X-Error-Code</c>.</param>
/// <param name="RetryAfter">In seconds.</param>
/// <param name="BreakAfter">Bytes after which the connection is closed.</param>
/// <param name="HangAfter">Bytes after which nothing more comes.</param>
/// <param name="Whole">A part that is asked for is answered by the whole file.</param>
/// <param name="Content">What comes in place of the file.</param>
/// <param name="To">Redirects there; the path is added.</param>
sealed record Mishap(int Status = 200, string Code = "", int? RetryAfter = null, int? BreakAfter = null, int? HangAfter = null, bool Whole = false, byte[]? Content = null, string? To = null);

/// <summary>A request that came.</summary>
sealed record Asked(string Path, string? Range, string? Token);

/// <summary>The Hub on loopback, with one repository: its list of files at a commit, and the files.</summary>
sealed class PlayedHub : IAsyncDisposable
{
    public const string Repository = "org/small-model", Commit = "0123456789abcdef0123456789abcdef01234567";

    readonly WebApplication app;
    readonly CancellationTokenSource closing = new();

    PlayedHub()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapGet("/{**path}", Answer);
    }

    public static async Task<PlayedHub> Start(Dictionary<string, byte[]>? files = null)
    {
        var hub = new PlayedHub { Files = files ?? Usual() };
        await hub.app.StartAsync();
        return hub;
    }

    /// <summary>A model that a pull takes, and files that it leaves.</summary>
    public static Dictionary<string, byte[]> Usual() => new()
    {
        ["config.json"] = Text("""{"model_type":"bert"}"""),
        ["model.safetensors"] = Bytes(3_000_000),
        ["tokenizer.json"] = Text("""{"version":"1.0"}"""),
        ["tokenizer_config.json"] = Text("{}"),
        ["1_Pooling/config.json"] = Text("{}"),
        ["modules.json"] = Text("[]"),
        ["README.md"] = Text("# A card"),
        ["LICENSE.txt"] = Text("Do as you like."),
        ["pytorch_model.bin"] = Bytes(100),
        ["onnx/model.onnx"] = Bytes(100),
        [".gitattributes"] = Text("*.safetensors filter=lfs"),
    };

    public string Address => app.Urls.Single();

    public Dictionary<string, byte[]> Files { get; init; } = [];

    /// <summary>Files of other repositories.</summary>
    public Dictionary<string, Dictionary<string, byte[]>> Others { get; } = [];

    /// <summary>Files that the list has at other sizes than they are.</summary>
    public Dictionary<string, long> Lies { get; } = [];

    /// <summary>By path and how often it was asked for before; null answers as it should.</summary>
    public Func<string, int, Mishap?> Mishaps { get; set; } = (_, _) => null;

    public ConcurrentQueue<Asked> Requests { get; } = [];

    /// <summary>How often a file was asked for.</summary>
    public int Times(string file) => Requests.Count(request => request.Path.EndsWith("/" + file, StringComparison.Ordinal));

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    async Task Answer(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        int before = Requests.Count(request => request.Path == path);
        Requests.Enqueue(new(path, context.Request.Headers.Range, context.Request.Headers.Authorization));
        Mishap mishap = Mishaps(path, before) ?? new();
        if (mishap.To is { } to)
        {
            context.Response.Redirect(to.StartsWith('/') ? to : to + path);
            return;
        }
        if (mishap.Status != 200)
        {
            context.Response.StatusCode = mishap.Status;
            if (mishap.Code != "") context.Response.Headers["X-Error-Code"] = mishap.Code;
            if (mishap.RetryAfter is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return;
        }
        foreach ((string repository, Dictionary<string, byte[]> files) in Others.Append(new(Repository, Files)))
        {
            if (path.StartsWith($"/api/models/{repository}/revision/", StringComparison.Ordinal) && mishap.Content is null) await context.Response.WriteAsync(List(repository, files).ToJsonString());
            else if (path.StartsWith($"/{repository}/resolve/{Commit}/", StringComparison.Ordinal) && files.TryGetValue(path[$"/{repository}/resolve/{Commit}/".Length..], out byte[]? file)) await Send(context, mishap.Content ?? file, mishap);
            else continue;
            return;
        }
        if (mishap.Content is { } content) await Send(context, content, mishap);
        else context.Response.StatusCode = 404;
    }

    async Task Send(HttpContext context, byte[] file, Mishap mishap)
    {
        int from = 0;
        if (!mishap.Whole && context.Request.Headers.Range.ToString() is { Length: > 0 } range)
        {
            from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{file.Length - 1}/{file.Length}";
        }
        context.Response.ContentLength = file.Length - from;
        int count = Math.Min(file.Length - from, mishap.BreakAfter ?? mishap.HangAfter ?? int.MaxValue);
        await context.Response.Body.WriteAsync(file.AsMemory(from, count), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        if (mishap.HangAfter is not null) await Task.Delay(Timeout.Infinite, CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, closing.Token).Token).ContinueWith(_ => { });
        if (mishap.BreakAfter is not null) await Task.Delay(100); // so that what was sent is read before the connection is reset
        if (mishap.BreakAfter is not null || mishap.HangAfter is not null) context.Abort();
    }

    JsonObject List(string repository, Dictionary<string, byte[]> files) => new()
    {
        ["id"] = repository,
        ["sha"] = Commit,
        ["cardData"] = new JsonObject { ["license"] = "apache-2.0" },
        ["siblings"] = new JsonArray([.. files.Select(file =>
        {
            var entry = new JsonObject { ["rfilename"] = file.Key, ["size"] = Lies.GetValueOrDefault(file.Key, file.Value.Length), ["blobId"] = BlobOf(file.Value) };
            if (IsLarge(file.Value)) entry["lfs"] = new JsonObject { ["sha256"] = Sha256Of(file.Value), ["size"] = entry["size"]!.DeepClone(), ["pointerSize"] = 134 };
            return entry;
        })]),
    };

    /// <summary>Whether git keeps a pointer in its place.</summary>
    public static bool IsLarge(byte[] file) => file.Length > 1000;

    public static string Sha256Of(byte[] file) => Convert.ToHexStringLower(SHA256.HashData(file));

    public static string BlobOf(byte[] file) => Convert.ToHexStringLower(SHA1.HashData([.. Text($"blob {file.Length}\0"), .. file]));

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await app.StopAsync();
        await app.DisposeAsync();
        closing.Dispose();
    }
}
