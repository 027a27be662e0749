using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Attar.Online.Experiments;
using Attar.Online.Storage;

namespace Attar.Online.Tests.Storage;

/// <summary>A database of its own for a test, of either kind.</summary>
sealed class TestDatabase(string store, string? folder) : IAsyncDisposable
{
    public string Store => store;

    /// <summary>SQLite's file; null for PostgreSQL.</summary>
    public string? File => folder is null ? null : store;

    public IDatabase Open() => OnlineStore.DatabaseOf(Settings());

    public OnlineSettings Settings(params Experiment[] experiments) => new("0123456789abcdef", experiments, store);

    /// <param name="kind">sqlite or postgres.</param>
    public static async Task<TestDatabase> Of(string kind)
    {
        if (kind == "sqlite")
        {
            string folder = Directory.CreateTempSubdirectory("attar-online-").FullName;
            return new TestDatabase(Path.Combine(folder, "online.db"), folder);
        }
        return new TestDatabase(await PostgresServer.NewDatabase(), null);
    }

    public ValueTask DisposeAsync()
    {
        if (folder is not null) Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}

/// <summary>A PostgreSQL server on loopback, started by the first test that needs one; without, those tests are skipped.</summary>
sealed class PostgresServer : IAsyncDisposable
{
    static readonly SemaphoreSlim one = new(1, 1);
    static PostgresServer? running;
    static string? why;

    readonly Process process;
    readonly string folder;
    readonly int port;
    int databases;

    PostgresServer(Process process, string folder, int port) => (this.process, this.folder, this.port) = (process, folder, port);

    public static async Task<string> NewDatabase()
    {
        await one.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (running is null && why is null) (running, why) = await Start();
            Assert.SkipWhen(running is null, why ?? "");
            string name = $"test{++running!.databases}";
            await using var source = Npgsql.NpgsqlDataSource.Create(running.Connection("postgres"));
            await using var create = source.CreateCommand($"create database {name}");
            await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            return running.Connection(name);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Ends the server and starts none again; for the end of all tests.</summary>
    public static async Task End()
    {
        if (running is not null) await running.DisposeAsync();
        running = null;
    }

    string Connection(string database) => $"Host=127.0.0.1;Port={port};Database={database};Username=attar;Pooling=true;Maximum Pool Size=5";

    static async Task<(PostgresServer?, string?)> Start()
    {
        string? programs = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order().LastOrDefault() : null;
        if (programs is null) return (null, "PostgreSQL is not installed (apt-get install postgresql)");
        bool root = Environment.UserName == "root"; // whom PostgreSQL refuses to run as
        if (root && !File.Exists("/usr/sbin/runuser")) return (null, "PostgreSQL does not run as root, and runuser is not here");
        string folder = Directory.CreateTempSubdirectory("attar-postgres-").FullName, data = Path.Combine(folder, "data");
        if (root) await Run("chown", "postgres", folder);
        (int code, string text) = await RunAs(root, Path.Combine(programs, "initdb"), "-D", data, "-U", "attar", "-A", "trust", "-E", "UTF8", "--no-sync");
        if (code != 0) return (null, $"initdb failed: {text.Trim().Split('\n')[^1]}");
        int port = FreePort();
        string[] options = [Path.Combine(programs, "postgres"), "-D", data, "-h", "127.0.0.1", "-p", $"{port}", "-k", folder, "-c", "shared_buffers=16MB"];
        Process process = Process.Start(Of(root, options))!;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        PostgresServer server = new(process, folder, port);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Kill();
        await using var source = Npgsql.NpgsqlDataSource.Create(server.Connection("postgres"));
        for (int attempt = 0; attempt < 300 && !process.HasExited; attempt++)
        {
            try
            {
                await using var open = await source.OpenConnectionAsync();
                return (server, null);
            }
            catch (Exception error) when (error is Npgsql.NpgsqlException or SocketException)
            {
                await Task.Delay(100);
            }
        }
        server.Kill();
        return (null, "PostgreSQL did not start");
    }

    static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static ProcessStartInfo Of(bool root, string[] command) => new(root ? "/usr/sbin/runuser" : command[0], root ? ["-u", "postgres", "--", .. command] : command[1..])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = "/",
    };

    static Task<(int, string)> Run(params string[] command) => RunAs(false, command);

    static async Task<(int, string)> RunAs(bool root, params string[] command)
    {
        using Process process = Process.Start(Of(root, command))!;
        Task<string> text = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await text + await error);
    }

    /// <summary>SIGKILL to the server itself; its own processes end with it.</summary>
    void Kill()
    {
        try
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // it ended on its own
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await process.WaitForExitAsync();
        Directory.Delete(folder, recursive: true);
    }
}
