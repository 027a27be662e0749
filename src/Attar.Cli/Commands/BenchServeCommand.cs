using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Attar.Server.Load;

namespace Attar.Cli.Commands;

/// <summary><c>attar bench serve</c>: loads a running server and tells how it fared.</summary>
static class BenchServeCommand
{
    public static Command Create()
    {
        Argument<string> address = Flag.Argument("URL", "The server, such as http://localhost:8080");
        Option<string> lists = Flag.Text("--lists", null, "A request on each line: {\"query\":\"...\",\"documents\":[\"...\"]}", "file");
        lists.Required = true;
        Option<int> clients = Flag.Whole("--clients", 1, "Callers that each ask again once they have their answer (closed loop)", from: 1);
        Option<double> rate = Flag.Number("--rate", 0d, "Requests a second, at random moments whether answered or not (open loop); in place of --clients");
        Option<bool> even = Flag.Switch("--even", "Send them evenly spaced instead of at random moments");
        Option<double> seconds = Flag.Number("--seconds", 10d, "How long");
        Option<double> deadline = Flag.Number("--deadline-ms", 0d, "Sent with every request; 0 = none");
        Option<string> key = Flag.Text("--key", null, "An API key", "key");
        var command = new Command("serve", "Load a running server: throughput, p50 and p99, and the share answered fully, partly or with 429")
        {
            address, lists, clients, rate, even, seconds, deadline, key,
        };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed), watched: false, body: execution => Measure(
            execution, parsed.GetValue(address)!, parsed.GetValue(lists)!,
            new LoadPlan(parsed.GetValue(clients), parsed.GetValue(rate), parsed.GetValue(seconds), parsed.GetValue(deadline), parsed.GetValue(key), execution.Options.SeedGiven ?? CommonOptions.DefaultSeed, parsed.GetValue(even)))));
        return command;
    }

    static Result Measure(Execution execution, string address, string lists, LoadPlan plan)
    {
        if (!Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out Uri? server)) throw new InputException("URL", $"'{address}'; expected an address such as http://localhost:8080");
        LoadReport report = LoadGenerator.Run(server, LoadGenerator.ReadLists(lists), plan, execution.Cancel).GetAwaiter().GetResult();
        return new Result(
            new JsonObject
            {
                ["requests"] = report.Requests,
                ["requests_per_second"] = report.PerSecond,
                ["documents_per_second"] = report.DocumentsPerSecond,
                ["p50_ms"] = Known(report.P50),
                ["p99_ms"] = Known(report.P99),
                ["full"] = report.Full,
                ["partial"] = report.Partial,
                ["refused"] = report.Refused,
                ["failed"] = report.Failed,
                ["unscored"] = report.Unscored,
            },
            string.Create(CultureInfo.InvariantCulture, $"{report.Requests} requests: {report.PerSecond:0.0} answered a second, {report.DocumentsPerSecond:n0} documents scored a second, p50 {report.P50:0.0} ms, p99 {report.P99:0.0} ms; scored {report.Full:p1}, partly {report.Partial:p1}, told to come back {report.Refused:p1}, failed {report.Failed:p1}; {report.Unscored:p1} of the documents left unscored"));
    }

    static JsonNode? Known(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
