using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Attar.Studies;
using Attar.Tensors.Kernels;

namespace Attar.Cli.Commands;

/// <summary><c>attar bench gemm</c>: the rate of matrix products, beside the processor's multiply-add peak.</summary>
static class BenchGemmCommand
{
    public static Command Create()
    {
        Option<Precision> precision = Flag.InPrecision();
        var command = new Command("gemm", "Time matrix products on an encoder's shapes; in fewer bits with weights packed before, in operations of the same number") { precision };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed), execution =>
        {
            int threads = execution.Options.ThreadsGiven ?? Environment.ProcessorCount;
            var rates = new List<GemmRate>();
            foreach (GemmRate rate in GemmBenchmark.Run(threads, parsed.GetValue(precision)))
            {
                rates.Add(rate);
                execution.Progress.Report("bench", rates.Count, GemmBenchmark.Shapes.Length);
            }
            return new Result(Json(rates, threads), Table(rates, threads));
        }));
        return command;
    }

    static JsonObject Json(List<GemmRate> rates, int threads) => new()
    {
        ["threads"] = threads,
        ["shapes"] = new JsonArray([.. rates.Select(rate => new JsonObject
        {
            ["m"] = rate.M,
            ["n"] = rate.N,
            ["k"] = rate.K,
            ["gflops"] = Math.Round(rate.Gigaflops, 1),
            ["peak_share"] = Math.Round(rate.PeakShare, 3),
        })]),
    };

    static string Table(List<GemmRate> rates, int threads)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{"m",6} {"n",6} {"k",6} {"GFLOP/s",9}   of the multiply-add peak of {threads} thread{(threads == 1 ? "" : "s")}");
        foreach (GemmRate rate in rates)
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"{rate.M,6} {rate.N,6} {rate.K,6} {rate.Gigaflops,9:0.0}   {100 * rate.PeakShare:0} %");
        return text.ToString();
    }
}
