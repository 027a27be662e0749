using System.Net;
using System.Net.Sockets;
using System.Text;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

/// <summary>Whoever watches the server reaches it, whatever others do to it.</summary>
[Collection(nameof(Alone))] // one of them takes standard error
public class HealthTests
{
    const int Connections = 8;
    const string Body = """{"query":"q","texts":["a"]}""";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    static async Task<TcpClient[]> Connect(TestServer server, int count, string sent)
    {
        TcpClient[] clients = [.. Enumerable.Range(0, count).Select(_ => new TcpClient())];
        foreach (TcpClient client in clients)
        {
            await client.ConnectAsync(server.Address.Host, server.Address.Port);
            try
            {
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(sent));
            }
            catch (IOException)
            {
                // closed for the next
            }
        }
        return clients;
    }

    static void Close(TcpClient[] clients)
    {
        foreach (TcpClient client in clients) client.Dispose();
    }

    /// <summary>On a connection of its own.</summary>
    static async Task<HttpStatusCode> Get(TestServer server, string path)
    {
        using HttpClient client = new() { BaseAddress = server.Address, Timeout = Patience };
        using HttpResponseMessage response = await client.GetAsync(path);
        return response.StatusCode;
    }

    [Theory]
    [InlineData("")]
    [InlineData("POST /rerank HTTP/1.1\r\nHost: localh")] // a request that never comes
    public async Task Idle_connections_shut_nobody_out(string sent)
    {
        await using TestServer server = await TestServer.Start(options: new ServerOptions(MaxConnections: Connections));
        TcpClient[] idle = await Connect(server, 10 * Connections, sent);
        Assert.Equal(HttpStatusCode.OK, await Get(server, "/health/live"));
        await server.PostText("/rerank", Body).WaitAsync(Patience);
        Close(idle);
    }

    [Fact]
    public async Task Where_every_connection_is_busy_health_is_answered_and_others_are_told_to_come_back()
    {
        await using TestServer server = await TestServer.Start(options: new ServerOptions(MaxConnections: Connections));
        List<TcpClient> busy = [];
        HttpResponseMessage refused = null!;
        await TestServer.Until(async () =>
        {
            // One more each time: those whose request was not read yet are idle, and make room.
            busy.AddRange(await Connect(server, 1, "POST /rerank HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"));
            return (refused = await server.Post("/rerank", Body, ("Connection", "close")).WaitAsync(Patience)).StatusCode == HttpStatusCode.TooManyRequests;
        });
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        TcpClient[] flood = await Connect(server, 100, "");
        Assert.Equal(HttpStatusCode.OK, await Get(server, "/health/live"));
        Assert.Equal(HttpStatusCode.OK, await Get(server, "/health/ready"));
        Close(flood);
        Close([.. busy]);
        await TestServer.Until(async () => (await server.Post("/rerank", Body, ("Connection", "close")).WaitAsync(Patience)).StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_reader_of_standard_error_that_stalls_keeps_no_request_waiting_and_what_it_misses_is_counted()
    {
        TextWriter before = Console.Error;
        using Stalled stalled = new();
        Console.SetError(stalled);
        TestServer server;
        try
        {
            server = await TestServer.Start(options: new ServerOptions(LogLevel: "information"));
        }
        finally
        {
            Console.SetError(before);
        }
        await using (server)
        {
            await Parallel.ForAsync(0, 4000, async (_, _) => await server.PostText("/rerank", Body)).WaitAsync(TimeSpan.FromMinutes(5));
            Assert.InRange(await server.Metric("attar_log_lines_dropped"), 1000, 4000);
            stalled.Go.Set();
            await TestServer.Until(async () =>
            {
                await server.PostText("/rerank", Body);
                return stalled.ToString().Contains("lines were dropped");
            });
        }
    }

    sealed class Stalled : StringWriter
    {
        public ManualResetEventSlim Go { get; } = new();

        public override void Write(string? value)
        {
            Go.Wait();
            lock (Go) base.Write(value);
        }

        public override string ToString()
        {
            lock (Go) return base.ToString();
        }
    }
}
