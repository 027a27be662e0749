using System.Security.Cryptography;
using System.Text;

namespace Attar.Server.Security;

/// <summary>The cookie by which pages know who looks: the key itself, so that a key that is taken away is signed out at once, on every server. No script can read it, and no other site's page sends it.</summary>
static class SignIn
{
    public const string Path = "/sign-in";

    const string Name = "attar";

    public static string? Cookie(HttpRequest request) => request.Cookies.TryGetValue(Name, out string? value) && value.Length is > 0 and <= 200 ? value : null;

    /// <summary>Until the browser is closed.</summary>
    public static void Set(HttpContext context, string value) => context.Response.Cookies.Append(Name, value, Options(context.Request));

    public static void Delete(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context.Request));

    /// <summary>What a form holds that changes something: only who can read this visitor's cookie, which is its key, can make it.</summary>
    public static string TokenOf(HttpRequest request) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"attar: a form of {Cookie(request)}")));

    static CookieOptions Options(HttpRequest request) => new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = request.IsHttps || request.Headers["x-forwarded-proto"] == "https", Path = "/" };

    /// <summary>Whether it is a browser that asks for a page.</summary>
    public static bool IsWantedBy(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);

    /// <summary>Sends the browser to the sign-in, and from there back.</summary>
    public static void Ask(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = $"{Path}?to={Uri.EscapeDataString(context.Request.Path.Value ?? "/")}";
    }

    /// <summary>A path of this server, whatever was sent: the sign-in leads nowhere else.</summary>
    public static string Local(string? path) => path is ['/', ..] && !path.StartsWith("//", StringComparison.Ordinal) && !path.Contains('\\') && !path.Any(char.IsControl) && path.Length <= 500 ? path : "/judge";
}
