using System.Net;
using Attar.Server.Connections;
using Attar.Server.Documents;
using Attar.Server.Endpoints;
using Attar.Server.Models;
using Attar.Server.Online;
using Attar.Server.Reloading;
using Attar.Server.Requests;
using Attar.Server.Scoring;
using Attar.Server.Security;
using Attar.Server.Settings;
using Attar.Server.Telemetry;
using Attar.Server.Workbench;
using Attar.Signals;
using Attar.Tensors;
using Attar.Workspaces;

namespace Attar.Server;

/// <summary>The web service: the rerank interfaces of other servers over Attar's models, and the search page over the catalogue.</summary>
public static class AttarServer
{
    /// <summary>Builds the server and loads what it serves, so it is ready once it listens.</summary>
    /// <param name="models">The first stage's columns from left to right; one has the name <see cref="ServerOptions.Model"/>.</param>
    /// <param name="workspace">Whose runs and figures the pages show; null: none's.</param>
    /// <exception cref="InputException">for options that cannot be, and whatever loading throws.</exception>
    public static WebApplication Create(ServerOptions options, IReadOnlyList<Source<IScoringModel>> models, Source<Storefront> catalogue, TimeProvider? clock = null, Workspace? workspace = null)
    {
        string address = Address(options), version = catalogue.Version(); // before loading: what changes meanwhile is loaded again
        Task<Storefront> storefront = Task.Run(catalogue.Load); // beside the models
        NativeHeap.ReturnLargeBlocks(); // of models that were replaced
        OpenConnections connections = new(options.MaxConnections);
        // Empty: neither environment variables nor files of the current folder change where it listens.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null; // RequestFields counts, to refuse in the client's shape
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(options.BodySeconds);
            kestrel.LimitConnections(connections);
        });
        builder.Logging.AddServerLog(options);
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = TimeSpan.FromSeconds(options.StopSeconds);
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore; // serving goes on without looking for new files
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.Services.AddSingleton(models);
        builder.Services.AddSingleton(catalogue);
        // In this order each needs those above, and they are disposed from the last to the first.
        builder.Services.AddSingleton<Drain>();
        builder.Services.AddSingleton<Measurements>();
        if (options.OtlpEndpoint.Length > 0) Otlp.Add(builder.Services, options.OtlpEndpoint);
        builder.Services.AddSingleton(services => new PrometheusText(services.GetRequiredService<Measurements>().Meter));
        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddSingleton<RefusedCallers>();
        builder.Services.AddSingleton(_ => new OpenStorefront(storefront.GetAwaiter().GetResult(), options.Signals.Length > 0 ? Formula.Parse(options.Signals, ProductSignals.Option) : null));
        builder.Services.AddSingleton(services => new OpenWorkspace(workspace, services.GetRequiredService<OpenStorefront>()));
        builder.Services.AddSingleton(_ => new ModelShelf(options.Model, options.Signals.Length > 0, options.SignalsServe == "yes"));
        builder.Services.AddSingleton<ScoringLine>();
        builder.Services.AddSingleton<Reserve>();
        builder.Services.AddSingleton<ShadowScoring>();
        builder.Services.AddSingleton<Scorer>();
        builder.Services.AddSingleton<OnlineLab>();
        builder.Services.AddSingleton<ArmRanking>();
        builder.Services.AddSingleton<ReadAhead>();
        builder.Services.AddSingleton<Reloader>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Reloader>());
        builder.Services.AddHostedService<LabUpkeep>();

        WebApplication app = builder.Build();
        app.Urls.Add(address);
        Load(app.Services, options, models, (catalogue.Name, version));
        app.Use((context, next) =>
        {
            if (HttpMethods.IsHead(context.Request.Method)) context.Request.Method = HttpMethods.Get; // Kestrel leaves the body out
            return next(context);
        });
        app.UseRouting(); // first, so that what is refused on the way is counted for its path
        app.UseRequestLog(app.Services.GetRequiredService<Measurements>(), app.Services.GetRequiredService<TimeProvider>(), app.Services.GetRequiredService<Drain>(), app.Services.GetRequiredService<Reserve>());
        app.UseOrigins(options);
        app.UseClientErrors(app.Services.GetRequiredService<RefusedCallers>());
        app.UseConnectionLimit(connections);
        app.UseHosts(options);
        app.Use((context, next) =>
        {
            Exchange.Of(context).ReadDeadline(context, options, app.Services.GetRequiredService<TimeProvider>());
            return next(context);
        });
        app.UseAdmission(app.Services.GetRequiredService<KeyRing>());
        RouteGroupBuilder scoring = app.MapGroup("");
        Scorer scorer = app.Services.GetRequiredService<Scorer>();
        scoring.AddEndpointFilter((call, next) =>
        {
            scorer.Refuse(Exchange.Of(call.HttpContext));
            return next(call);
        });
        scoring.MapCohereRerank();
        scoring.MapOpenRerank();
        scoring.MapNimRanking();
        scoring.MapTeiRerank();
        scoring.MapTeiPredict();
        scoring.MapVllmScore();
        scoring.MapVllmClassify();
        app.MapSearch();
        app.MapWhy();
        app.MapTeiTokenize();
        app.MapTeiModel();
        app.MapModelList();
        app.MapCatalogue();
        app.MapSearchPage();
        app.MapUbi();
        app.MapRunsPage();
        QualityPage.Map(app);
        app.MapWrittenPages();
        ModelPage.Map(app);
        app.MapExperimentsPage();
        JudgePages.Map(app);
        app.MapSignIn();
        app.MapHealth();
        app.MapMetrics();
        app.MapAdmin();
        app.MapInterface();
        return app;
    }

    static void Load(IServiceProvider services, ServerOptions options, IReadOnlyList<Source<IScoringModel>> models, (string Name, string Version) catalogue)
    {
        foreach ((string option, string name) in ((string, string)[])[("--model", options.Model), ("--shadow", options.Shadow)])
            if (name.Length > 0 && !models.Any(model => model.Name == name))
                throw new InputException(option, $"no model named '{name}' is served; expected one of {string.Join(", ", models.Select(model => model.Name))}");
        if (options is { Signals: "", SignalsServe: "yes" }) throw new InputException("--signals-serve", "there is no formula; expected one with --signals");
        (Source<IScoringModel> Source, string Version, IScoringModel Model)[] loaded = [.. models.Select(model => (model, model.Version(), model.Load()))];
        Reloader reloader = services.GetRequiredService<Reloader>(); // waits for the catalogue
        services.GetRequiredService<PrometheusText>(); // listens from the start
        Measurements measurements = services.GetRequiredService<Measurements>();
        measurements.ObserveLog(() => services.GetRequiredService<LogQueue>().Dropped);
        measurements.ObserveKeys(() => services.GetRequiredService<KeyRing>().IsStale ? 1 : 0, () => services.GetRequiredService<KeyRing>().Unlisted);
        reloader.Remember(catalogue.Name, catalogue.Version);
        ModelShelf shelf = services.GetRequiredService<ModelShelf>();
        measurements.ObserveScores(() => shelf.Drifts);
        foreach (var (source, version, model) in loaded)
        {
            ServedModel served = new(source.Name, version, services.GetRequiredService<TimeProvider>().GetUtcNow(), model, options);
            shelf.Put(served);
            if (served.Lack is { } lack) throw new InputException("--min-score", lack);
            reloader.Remember(source.Name, version);
        }
        OnlineLab lab = services.GetRequiredService<OnlineLab>();
        measurements.ObserveExperiments(() => lab.Dropped);
        lab.Connect().GetAwaiter().GetResult(); // two servers with different settings part here
    }

    /// <summary>Makes the first request find everything compiled, and the pace of every model known.</summary>
    public static async Task WarmUp(WebApplication app)
    {
        const int Times = 5, Products = 32;
        ModelShelf shelf = app.Services.GetRequiredService<ModelShelf>();
        foreach (string name in shelf.Names)
        {
            ServedModel model = shelf.Use(name);
            for (int i = 0; i < Times; i++) await app.Services.GetRequiredService<Reloader>().Try(model, Products);
            model.Release();
        }
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
        app.Services.GetRequiredService<ReadAhead>().Begin();
        return new Uri(app.Urls.Single());
    }

    /// <summary>Loads everything anew, as <c>POST /admin/reload</c> does.</summary>
    public static Task Reload(WebApplication app) => app.Services.GetRequiredService<Reloader>().ReloadAll(CancellationToken.None);

    /// <summary>Stops without losing a request: first it is not ready any more and closes each connection after an answer, then it waits for what is under way.</summary>
    public static async Task Stop(WebApplication app)
    {
        app.Services.GetRequiredService<Drain>().Begin();
        await Task.Delay(app.Services.GetRequiredService<ServerOptions>().DrainMs);
        await app.StopAsync();
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
}
