using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

public partial class OperationTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Metrics_are_lines_that_Prometheus_reads_under_the_names_of_text_embeddings_inference()
    {
        await using TestServer server = await TestServer.Start();
        await server.PostText("/rerank", """{"query":"q","texts":["a","b"]}""");
        await server.PostText("/rerank", "nonsense", 400);
        string text = await server.Client.GetStringAsync("/metrics");
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.Matches(Line(), line));
        Assert.Equal(2, await server.Metric("""te_request_count{method="/rerank"}"""));
        Assert.Equal(1, await server.Metric("""te_request_success{method="/rerank"}"""));
        Assert.Equal(1, await server.Metric("""te_request_failure{method="/rerank",err="400"}"""));
        Assert.Equal(2, await server.Metric("te_batch_next_size_sum"));
        foreach (string histogram in (string[])["te_request_duration", "te_request_tokenization_duration", "te_request_queue_duration", "te_request_inference_duration", "te_batch_inference_duration", "te_batch_next_tokens"])
        {
            Assert.Equal(1, await server.Metric(histogram + "_count"));
            Assert.Equal(1, await server.Metric(histogram + """_bucket{le="+Inf"}"""));
        }
        Assert.Contains("# TYPE te_queue_size gauge", text);
    }

    [Fact]
    public async Task What_is_refused_at_the_door_is_counted_for_its_path()
    {
        await using TestServer server = await TestServer.Start();
        await server.PostText("/rerank", """{"query":"q","texts":["a"]}""", 422, ("x-deadline-ms", "soon"));
        Assert.Equal(1, await server.Metric("""te_request_failure{method="/rerank",err="422"}"""));
    }

    [Fact]
    public async Task A_request_keeps_its_id_and_its_answer_tells_its_times()
    {
        await using TestServer server = await TestServer.Start();
        using HttpResponseMessage response = await server.Post("/rerank", """{"query":"q","texts":["a"]}""", ("x-request-id", "abc-1"));
        Assert.Equal("abc-1", response.Headers.GetValues("x-request-id").Single());
        foreach (string header in (string[])["x-total-time", "x-tokenization-time", "x-queue-time", "x-inference-time", "x-compute-tokens"])
            Assert.True(int.Parse(response.Headers.GetValues(header).Single()) >= 0);
        using HttpResponseMessage odd = await server.Post("/rerank", """{"query":"q","texts":["a"]}""", ("x-request-id", "a b<script>"));
        Assert.Matches("^[0-9a-f]{32}$", odd.Headers.GetValues("x-request-id").Single());
    }

    [Fact]
    public async Task A_trace_has_a_span_for_tokenising_and_one_for_scoring()
    {
        List<string> spans = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == "Attar.Server",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (spans) spans.Add($"{activity.OperationName} {activity.ParentId?.Contains("0af7651916cd43dd8448eb211c80319c")}");
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using TestServer server = await TestServer.Start();
        await server.PostText("/rerank", """{"query":"q","texts":["a"]}""", 200, ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        lock (spans)
        {
            Assert.Contains("tokenise True", spans);
            Assert.Contains("score True", spans);
        }
    }

    [Fact]
    public async Task A_stopping_server_ends_what_it_began_and_sends_others_away()
    {
        using Hold hold = new();
        await using TestServer server = await TestServer.Start((_, documents) =>
        {
            hold.Wait();
            return new float[documents.Count];
        }, new ServerOptions());
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/health/ready")).StatusCode);
        Task<HttpResponseMessage> held = server.Post("/rerank", """{"query":"q","texts":["a"]}""");
        await hold.Begun();
        Task stopping = AttarServer.Stop(server.App);
        hold.End();
        using HttpResponseMessage response = await held;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.ConnectionClose);
        await stopping;
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.Client.GetAsync("/health/ready"));
    }

    [Fact]
    public async Task A_request_that_never_ends_is_given_up()
    {
        await using TestServer server = await TestServer.Start(options: new ServerOptions(BodySeconds: 1));
        using TcpClient client = new();
        await client.ConnectAsync(server.Address.Host, server.Address.Port);
        await client.GetStream().WriteAsync("POST /rerank HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"que"u8.ToArray());
        using StreamReader reader = new(client.GetStream(), Encoding.UTF8);
        Assert.Equal("HTTP/1.1 408 Request Timeout", await reader.ReadLineAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task Who_does_not_read_the_answer_keeps_nobody_waiting()
    {
        await using TestServer server = await TestServer.Start();
        string texts = string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"{i}{new string('x', 1000)}\""));
        byte[] body = Encoding.UTF8.GetBytes($$"""{"query":"q","texts":[{{texts}}],"return_text":true}""");
        List<TcpClient> slow = [];
        for (int i = 0; i < 4; i++)
        {
            TcpClient client = new() { ReceiveBufferSize = 1024 };
            slow.Add(client);
            await client.ConnectAsync(server.Address.Host, server.Address.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /rerank HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"));
            await client.GetStream().WriteAsync(body);
        }
        await server.PostText("/rerank", """{"query":"q","texts":["a"]}""").WaitAsync(Patience);
        foreach (TcpClient client in slow) client.Dispose();
    }

    [Fact]
    public async Task One_origin_may_read_answers_where_it_is_named()
    {
        await using TestServer server = await TestServer.Start(options: new ServerOptions(Cors: "https://shop.example"));
        foreach ((string origin, bool may) in ((string, bool)[])[("https://shop.example", true), ("https://elsewhere.example", false)])
        {
            using HttpRequestMessage request = new(HttpMethod.Options, "/v2/rerank") { Headers = { { "Origin", origin }, { "Access-Control-Request-Method", "POST" } } };
            using HttpResponseMessage response = await server.Client.SendAsync(request);
            Assert.Equal(may, response.Headers.Contains("Access-Control-Allow-Origin"));
            Assert.Equal(may ? HttpStatusCode.NoContent : HttpStatusCode.MethodNotAllowed, response.StatusCode);
            Assert.Equal(["Origin"], response.Headers.Vary); // a cache must not give one the other's answer
        }
    }

    [GeneratedRegex("""^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [-+.0-9E]+)$""")]
    private static partial Regex Line();
}
