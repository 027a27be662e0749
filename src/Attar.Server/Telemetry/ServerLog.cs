using System.Text.Json;
using Attar.Server.Settings;
using Microsoft.Extensions.Logging.Console;

namespace Attar.Server.Telemetry;

/// <summary>The log on standard error: text for people or one JSON object a line for machines.</summary>
static class ServerLog
{
    public static void AddServerLog(this ILoggingBuilder logging, ServerOptions options)
    {
        if (options.LogFormat == "json")
            logging.AddJsonConsole(json =>
            {
                json.IncludeScopes = true;
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
                json.JsonWriterOptions = new JsonWriterOptions { Indented = false };
            });
        else logging.AddSimpleConsole(text => text.SingleLine = true);
        LogLevel level = Enum.Parse<LogLevel>(options.LogLevel, ignoreCase: true);
        logging.SetMinimumLevel(level).AddFilter("Microsoft", level < LogLevel.Warning ? LogLevel.Warning : level);
        logging.ClearProviders(); // of .NET's console log its formatters remain: itself, it waits for its reader
        logging.Services.AddSingleton(services => new LogQueue(
            services.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == (options.LogFormat == "json" ? ConsoleFormatterNames.Json : ConsoleFormatterNames.Simple)), Console.Error));
        logging.Services.AddSingleton<ILoggerProvider>(services => services.GetRequiredService<LogQueue>());
        logging.Services.Configure<LoggerFactoryOptions>(factory => factory.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
    }
}
