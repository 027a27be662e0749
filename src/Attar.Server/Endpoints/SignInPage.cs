using Attar.Evaluation.Report;
using Attar.Server.Requests;
using Attar.Server.Security;
using Attar.Server.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <summary><c>/sign-in</c> and <c>/sign-out</c>: who looks at the pages, by key, or by name where no key is wanted.</summary>
static class SignInPage
{
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(SignIn.Path, ContentHttpResult (HttpContext context, KeyRing keys) => Draw(context, keys, context.Request.Query["to"], null));
        routes.MapPost(SignIn.Path, Enter);
        routes.MapPost("/sign-out", async Task<IResult> (HttpContext context, ServerOptions options) =>
        {
            await Form.Read(context, options);
            SignIn.Delete(context);
            return Redirect(context, "/");
        });
    }

    static async Task<IResult> Enter(HttpContext context, KeyRing keys, RefusedCallers callers, ServerOptions options)
    {
        IReadOnlyDictionary<string, string> form = await Form.Read(context, options);
        string sent = form.GetValueOrDefault("key", "").Trim();
        string? wrong = keys.IsOpen ? Visitor.IsName(sent) ? null : "Type a name of at most 64 characters, without a colon." : keys.Find(sent) is null ? "This key is not known." : null;
        if (wrong is not null)
        {
            if (!keys.IsOpen) callers.Tell(context, null, "a key that is not known, at the sign-in");
            return Draw(context, keys, form.GetValueOrDefault("to"), wrong);
        }
        SignIn.Set(context, sent);
        return Redirect(context, SignIn.Local(form.GetValueOrDefault("to")));
    }

    static ContentHttpResult Draw(HttpContext context, KeyRing keys, string? to, string? wrong) => PageFrame.Page(context, "Sign in", "", "/judge.css", Html.Of($"""
        <form class="sign-in" method="post" action="{SignIn.Path}"><h1>Sign in</h1>
        <input type="hidden" name="to" value="{SignIn.Local(to)}">
        <label for="key">{(keys.IsOpen ? "Your name, under which your answers are kept" : "Your key")}</label>
        <input id="key" name="key" {(keys.IsOpen ? Html.Of($"autocomplete=\"name\" maxlength=\"64\"") : Html.Of($"type=\"password\" autocomplete=\"current-password\""))} required autofocus{(wrong is null ? default : Html.Of($" aria-describedby=\"wrong\" aria-invalid=\"true\""))}>
        {(wrong is null ? default : Html.Of($"""<p id="wrong" class="wrong" role="alert">{wrong}</p>"""))}
        <button>Sign in</button></form>
        """), keys.IsOpen ? "This server wants no keys, so it believes the name." : "Whoever runs the server makes keys: attar key NAME --judge.", status: wrong is null ? 200 : 403);

    /// <summary>After a form: to a page, so that looking at it again sends nothing again.</summary>
    public static IResult Redirect(HttpContext context, string path)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Location = path;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }
}
