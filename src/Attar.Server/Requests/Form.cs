using System.Security.Cryptography;
using System.Text;
using Attar.Server.Settings;
using Microsoft.AspNetCore.WebUtilities;

namespace Attar.Server.Requests;

/// <summary>A form that one of the server's own pages sent.</summary>
static class Form
{
    /// <summary>The field that says of which page a form is.</summary>
    public const string Token = "token";

    const int MostFields = 20;

    /// <summary>The fields of a form that holds this token, which no page elsewhere can know.</summary>
    /// <exception cref="RequestRefused"/>
    public static async Task<IReadOnlyDictionary<string, string>> Read(HttpContext context, ServerOptions options, string token)
    {
        IReadOnlyDictionary<string, string> form = await Read(context, options);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(form.GetValueOrDefault(Token, "")), Encoding.UTF8.GetBytes(token))
            ? form : throw new RequestRefused(Refusal.Forbidden, "this form is not of a page that was shown to you; open the page again");
    }

    /// <summary>Its fields. What the browser says of where it comes from must be this server: a page elsewhere can send a form here, but not as if it came from here.</summary>
    /// <exception cref="RequestRefused"/>
    public static async Task<IReadOnlyDictionary<string, string>> Read(HttpContext context, ServerOptions options)
    {
        HttpRequest request = context.Request;
        string site = request.Headers["Sec-Fetch-Site"].ToString(), origin = request.Headers.Origin.ToString();
        bool own = site.Length > 0 ? site is "same-origin" or "none" : origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? from) && from.Authority == request.Host.Value); // browsers leave the first out on plain http
        if (!own)
            throw new RequestRefused(Refusal.Forbidden, "this form was sent by a page of another site");
        if (!(request.ContentType ?? "").StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            throw new RequestRefused(Refusal.ContentType, "expected a form: Content-Type: application/x-www-form-urlencoded");
        Memory<byte> body = await RequestFields.ReadBody(context, options);
        try
        {
            return new FormReader(Encoding.UTF8.GetString(body.Span)) { ValueCountLimit = MostFields }.ReadForm().ToDictionary(field => field.Key, field => field.Value.ToString());
        }
        catch (InvalidDataException)
        {
            throw new RequestRefused(Refusal.Invalid, $"expected a form of at most {MostFields} fields");
        }
    }
}
