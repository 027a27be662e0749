using Attar.Evaluation.Report;
using Attar.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <summary>What the pages that the server writes have around them.</summary>
static class PageFrame
{
    static readonly (string Path, string Name)[] pages = [("/", "Search"), ("/runs", "Runs"), ("/quality", "Quality"), ("/experiments", "Experiments"), ("/judge", "Judge"), ("/model", "Model")];

    /// <param name="current">The path of the page in the navigation.</param>
    /// <param name="style">A style sheet of its own.</param>
    /// <param name="script">The name of its script, if it has one.</param>
    public static ContentHttpResult Page(HttpContext context, string title, string current, string style, Html body, string footer, Visitor? visitor = null, string? script = null, int status = 200)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Content(Html.Of($"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title} · Attar</title>
            <link rel="icon" href="/favicon.svg"><link rel="stylesheet" href="/page.css"><link rel="stylesheet" href="/experiments.css">{(style.Length > 0 ? Html.Of($"""<link rel="stylesheet" href="{style}">""") : default)}{(script is null ? default : Html.Of($"""<script type="module" src="{script}"></script>"""))}</head>
            <body><header><a class="brand" href="/"><img src="/favicon.svg" alt="" width="28" height="28"><span>Attar</span></a>{Navigation(current)}{(visitor is null ? default : Html.Of($"""<form class="who" method="post" action="/sign-out"><span>{visitor.Name}</span><button>Sign out</button></form>"""))}</header>
            <main>
            {body}
            </main><footer>{footer}</footer></body></html>

            """).ToString(), "text/html; charset=utf-8", statusCode: status);
    }

    public static Html Message(string text) => Html.Of($"""<p class="message">{text}</p>""");

    /// <summary>A name and its value, in a list of such.</summary>
    public static Html Fact(string name, string value) => Html.Of($"<div><dt>{name}</dt> <dd>{value}</dd></div> ");

    public static Html Warning(string text) => Html.Of($"""<p class="message error" role="alert">{text}</p>""");

    /// <summary>A part of a page that reads files: where one is missing or damaged, the first line of what is wrong stands in its place.</summary>
    public static async Task<Html> Part(Func<Task<Html>> draw)
    {
        try
        {
            return await draw();
        }
        catch (Exception error) when (error is InputException or IOException or UnauthorizedAccessException)
        {
            return Warning(error.Message.Split('\n')[0]);
        }
    }

    /// <inheritdoc cref="Part(Func{Task{Html}})"/>
    public static Html Part(Func<Html> draw) => Part(() => Task.FromResult(draw())).GetAwaiter().GetResult();

    public static Html Navigation(string current) => Html.Of($"""<nav aria-label="Pages">{pages.Select(page => Html.Of($"""<a href="{page.Path}"{(page.Path == current ? Html.Of($" aria-current=\"page\"") : default)}>{page.Name}</a>"""))}</nav>""");
}
