using Attar.Server.Requests;

namespace Attar.Server.Security;

/// <summary>Lets in who has a key: <c>Authorization: Bearer KEY</c> or <c>x-api-key: KEY</c>, as Pinecone's clients have it <c>Api-Key: KEY</c>. Health, the page and the interface's description are open to all.</summary>
static class Admission
{
    const string Bearer = "Bearer ";

    static readonly HashSet<string> open = ["/", "/page.css", "/page.js", "/favicon.svg", "/openapi.json", "/health", "/health/live", "/health/ready"];

    public static void UseAdmission(this WebApplication app, KeyRing keys) => app.Use((context, next) =>
    {
        string path = context.Request.Path.Value ?? "";
        if (keys.IsOpen || open.Contains(path) || HttpMethods.IsOptions(context.Request.Method)) return next(context);
        ApiKey key = Presented(context.Request.Headers) is { } presented
            ? keys.Find(presented) ?? throw new RequestRefused(Refusal.Unauthorized, "this API key is not known")
            : throw new RequestRefused(Refusal.Unauthorized, "expected an API key: Authorization: Bearer KEY");
        Exchange.Of(context).Client = key.Name;
        if (context.Request.Path.StartsWithSegments("/admin") && !key.Admin) throw new RequestRefused(Refusal.Forbidden, "this API key may not do that");
        keys.TakeRequest(key);
        Exchange.Of(context).Charge = documents => keys.TakeDocuments(key, documents);
        return next(context);
    });

    static string? Presented(IHeaderDictionary headers)
    {
        string authorization = headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return authorization[Bearer.Length..].Trim();
        string key = headers["x-api-key"].ToString(), pinecones = headers["api-key"].ToString();
        return key.Length > 0 ? key : pinecones.Length > 0 ? pinecones : null;
    }
}
