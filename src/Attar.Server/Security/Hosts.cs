using System.Net;
using Attar.Server.Requests;
using Attar.Server.Settings;

namespace Attar.Server.Security;

/// <summary>
/// Which names the server answers to. A page elsewhere can have its own name point at this machine and then read what is served
/// here (DNS rebinding); the Host header still tells that name. So a server that listens on loopback answers to localhost and to
/// addresses alone; <c>allowed-hosts</c> names more, and is all that counts where the server listens elsewhere.
/// </summary>
/// <remarks>An address is no name, so none can be made to point here.</remarks>
static class Hosts
{
    const string Any = "*";

    public static void UseHosts(this WebApplication app, ServerOptions options)
    {
        string[] allowed = options.AllowedHosts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        bool local = options.Host == "localhost" || (IPAddress.TryParse(options.Host, out IPAddress? address) && IPAddress.IsLoopback(address));
        if (allowed.Contains(Any) || (!local && allowed.Length == 0)) return;
        app.Use((context, next) => IsAllowed(context.Request.Host.Host, allowed) || context.Request.Path.StartsWithSegments("/health")
            ? next(context)
            : throw new RequestRefused(Refusal.WrongHost, "this server does not answer to the name that the request was sent to; --allowed-hosts adds names"));
    }

    public static bool IsAllowed(string host, IEnumerable<string> allowed) =>
        host.Length == 0 || IPAddress.TryParse(host, out _) || Is(host, "localhost") || allowed.Any(name => name.StartsWith("*.", StringComparison.Ordinal) ? EndsWith(host, name[1..]) : Is(host, name));

    static bool Is(string host, string name) => host.Equals(name, StringComparison.OrdinalIgnoreCase);

    static bool EndsWith(string host, string end) => host.EndsWith(end, StringComparison.OrdinalIgnoreCase);
}
