using System.Net;
using Attar.Retrieval;
using Attar.Server.Endpoints;

namespace Attar.Server;

/// <summary>The web service: rerank interfaces over the student, and the search page over the catalogue.</summary>
public static class AttarServer
{
    /// <summary>Builds the server; the models are loaded already, so it is ready once it listens.</summary>
    /// <param name="student">Answers rerank requests; called by one request at a time.</param>
    /// <param name="storefront">What the search page shows; its systems too are called by one request at a time.</param>
    /// <param name="clock">Times the systems on the page.</param>
    /// <exception cref="InputException">for a host or port that cannot be.</exception>
    public static WebApplication Create(ServerOptions options, ITextScorer student, Storefront storefront, TimeProvider? clock = null)
    {
        // Empty: neither environment variables nor files of the current folder change where it listens.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null; // RequestFields counts, to refuse in the client's shape
        });
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(storefront);
        builder.Services.AddSingleton(new Engine(student, options));
        builder.Services.AddSingleton(clock ?? TimeProvider.System);

        WebApplication app = builder.Build();
        app.Urls.Add(Address(options));
        app.UseSecurityHeaders();
        app.UseClientErrors();
        app.UseRouting();
        app.MapTeiRerank();
        app.MapTeiModel();
        app.MapCohereRerank();
        app.MapHealth();
        app.MapSearch();
        app.MapCatalogue();
        app.MapSearchPage();
        return app;
    }

    /// <summary>Begins to listen.</summary>
    /// <returns>The address, with the port the system chose where the options left it open.</returns>
    /// <exception cref="InputException">when the address is taken or not allowed.</exception>
    public static async Task<Uri> Start(WebApplication app, CancellationToken cancel = default)
    {
        string asked = app.Urls.Single();
        try
        {
            await app.StartAsync(cancel);
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException)
        {
            throw new InputException("--port", $"cannot listen on {asked}: the address is in use or not allowed; choose another with --port or --host");
        }
        return new Uri(app.Urls.Single());
    }

    static string Address(ServerOptions options)
    {
        if (options.Port is < 0 or > IPEndPoint.MaxPort)
            throw new InputException("--port", $"{options.Port} is no port; expected 0 to {IPEndPoint.MaxPort}");
        // Kestrel listens on every interface when given a name it does not know.
        string host = options.Host == "localhost" ? "127.0.0.1" : options.Host;
        if (!IPAddress.TryParse(host, out IPAddress? address))
            throw new InputException("--host", $"'{options.Host}' is neither an IP address nor localhost");
        return $"http://{new IPEndPoint(address, options.Port)}";
    }

    static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer"; // the address holds what was searched for
        return next(context);
    });
}
