using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Attar.Server.Telemetry;

/// <summary>Sends spans and metrics to a collector by OpenTelemetry's protocol (https://opentelemetry.io/docs/specs/otlp/). A request's span goes on from the caller's <c>traceparent</c>.</summary>
static class Otlp
{
    const int HttpPort = 4318; // where collectors take HTTP; 4317 is for gRPC

    /// <param name="endpoint">Of gRPC, such as <c>http://localhost:4317</c>, or of HTTP, by its port or because it has a path.</param>
    public static void Add(IServiceCollection services, string endpoint)
    {
        var address = new Uri(endpoint);
        bool http = address.Port == HttpPort || address.AbsolutePath.Trim('/').Length > 0;
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("attar", serviceVersion: typeof(Otlp).Assembly.GetName().Version?.ToString(3)))
            .WithTracing(tracing => tracing.AddSource(Measurements.Name).AddSource("Microsoft.AspNetCore").AddOtlpExporter(options => To(options, "v1/traces")))
            .WithMetrics(metrics => metrics.AddMeter(Measurements.Name).AddOtlpExporter(options => To(options, "v1/metrics")));

        void To(OtlpExporterOptions options, string signal)
        {
            options.Protocol = http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
            options.Endpoint = http ? new Uri(new Uri(endpoint.TrimEnd('/') + "/"), signal) : address;
        }
    }
}
