using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Attar.Server.Telemetry;

/// <summary>
/// Log lines on their way to standard error. Where its reader stalls, lines are dropped and counted: a log keeps no request
/// waiting. They are written as .NET's own console log writes them.
/// </summary>
sealed class LogQueue : ILoggerProvider, ISupportExternalScope
{
    const int Lines = 1024, PatienceMs = 500; // at the end, for what is not written yet

    readonly Channel<string> queue;
    readonly ConsoleFormatter formatter;
    readonly TextWriter log;
    readonly Thread writer;
    IExternalScopeProvider? scopes;
    long dropped;

    public LogQueue(ConsoleFormatter formatter, TextWriter log)
    {
        (this.formatter, this.log) = (formatter, log);
        queue = Channel.CreateBounded<string>(new BoundedChannelOptions(Lines) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }, _ => Interlocked.Increment(ref dropped));
        writer = new Thread(Write) { IsBackground = true, Name = "log" };
        writer.Start();
    }

    /// <summary>Lines that nobody will read.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    string Format<T>(in LogEntry<T> entry)
    {
        using StringWriter text = new();
        formatter.Write(entry, scopes, text);
        return text.ToString();
    }

    void Write()
    {
        long told = 0;
        try
        {
            while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
                while (queue.Reader.TryRead(out string? line))
                {
                    log.Write(line);
                    if (Dropped is var now && now == told) continue;
                    log.Write(Format(new LogEntry<string>(LogLevel.Warning, typeof(LogQueue).FullName!, 0, $"{now - told} lines were dropped: standard error was not read", null, static (message, _) => message)));
                    told = now;
                }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // Nobody reads any more: what comes fills the queue, and is counted.
        }
    }

    public void Dispose()
    {
        queue.Writer.TryComplete();
        writer.Join(PatienceMs);
    }

    sealed class Logger(LogQueue queue, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => queue.scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (queue.Format(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter)) is { Length: > 0 } line) queue.queue.Writer.TryWrite(line);
        }
    }
}
