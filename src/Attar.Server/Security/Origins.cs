using Attar.Server.Settings;

namespace Attar.Server.Security;

/// <summary>What browsers are told: which pages may read answers, and what the server's own page may load.</summary>
static class Origins
{
    public static void UseOrigins(this WebApplication app, ServerOptions options) => app.Use((context, next) =>
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer"; // the address holds what was searched for
        if (options.Cors.Length == 0) return next(context);
        headers.Vary = "Origin";
        if (context.Request.Headers.Origin != options.Cors) return next(context);
        headers.AccessControlAllowOrigin = options.Cors;
        headers.AccessControlExposeHeaders = "x-arm, x-experiment, x-query-id, x-teams";
        if (!HttpMethods.IsOptions(context.Request.Method)) return next(context);
        headers.AccessControlAllowMethods = "GET, POST";
        headers.AccessControlAllowHeaders = "authorization, content-type, x-api-key, x-client-id, x-deadline-ms, x-experiment, x-query-id, x-request-id";
        headers.AccessControlMaxAge = "600";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    });
}
