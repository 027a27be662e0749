using System.Text;
using Attar.Server.Requests;

namespace Attar.Server.Security;

/// <summary>Lets in who has a key: <c>Authorization: Bearer KEY</c> or <c>x-api-key: KEY</c>, as Pinecone's clients have it <c>Api-Key: KEY</c>, or who signed in on a page. Health, the page and the interface's description are open to all.</summary>
static class Admission
{
    const string Bearer = "Bearer ", Basic = "Basic ";

    /// <summary>Pages that browsers ask for themselves: their sign-in sends the key as a password.</summary>
    public static bool IsForPeople(PathString path) => people.Any(page => path.StartsWithSegments(page));

    static readonly string[] people = ["/experiments", "/judge", "/model", "/quality", "/runs"];

    static readonly HashSet<string> open = ["/", "/page.css", "/page.js", "/experiments.css", "/judge.css", "/judge.js", "/runs.js", "/workbench.css", "/favicon.svg", "/sign-in", "/sign-out", "/openapi.json", "/health", "/health/live", "/health/ready"];

    public static void UseAdmission(this WebApplication app, KeyRing keys) => app.Use((context, next) =>
    {
        string path = context.Request.Path.Value ?? "";
        if (keys.IsOpen || open.Contains(path) || HttpMethods.IsOptions(context.Request.Method)) return next(context);
        bool reads = HttpMethods.IsGet(context.Request.Method), forPeople = IsForPeople(context.Request.Path);
        string? presented = Presented(context.Request.Headers) ?? (reads || forPeople ? SignIn.Cookie(context.Request) : null); // a cookie that comes by itself changes nothing but what forms guard
        if (forPeople && reads && (presented is null || keys.Find(presented) is null) && SignIn.IsWantedBy(context.Request))
        {
            SignIn.Ask(context);
            return Task.CompletedTask;
        }
        ApiKey key = presented is null
            ? throw new RequestRefused(Refusal.Unauthorized, "expected an API key: Authorization: Bearer KEY")
            : keys.Find(presented) ?? throw new RequestRefused(Refusal.Unauthorized, "this API key is not known");
        Exchange.Of(context).Client = key.Name;
        if (!key.May(context.Request.Path, reads)) throw new RequestRefused(Refusal.Forbidden, "this API key may not do that");
        context.Features.Set(new Visitor(key.Name, key.May("/judge", read: false), key.Judges && !key.Admin, key.Admin));
        keys.TakeRequest(key);
        Exchange.Of(context).Charge = documents => keys.TakeDocuments(key, documents);
        return next(context);
    });

    static string? Presented(IHeaderDictionary headers)
    {
        string authorization = headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return authorization[Bearer.Length..].Trim();
        if (authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)) return Password(authorization[Basic.Length..].Trim());
        string key = headers["x-api-key"].ToString(), pinecones = headers["api-key"].ToString();
        return key.Length > 0 ? key : pinecones.Length > 0 ? pinecones : null;
    }

    static string? Password(string encoded)
    {
        Span<byte> bytes = stackalloc byte[256];
        return encoded.Length <= 256 && Convert.TryFromBase64String(encoded, bytes, out int count) && Encoding.UTF8.GetString(bytes[..count]) is var pair && pair.IndexOf(':') is >= 0 and int colon
            ? pair[(colon + 1)..] : null;
    }
}
