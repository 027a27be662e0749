using Attar.Evaluation.Report;
using Attar.Server.Models;
using Attar.Server.Reloading;
using Attar.Server.Requests;
using Attar.Server.Scoring;
using Attar.Server.Security;
using Attar.Server.Settings;
using Attar.Server.Workbench;

namespace Attar.Server.Endpoints;

/// <summary><c>GET /model</c>: what is served, how far the shadow is from it, and what was compared to take its place; <c>POST /model/reload</c> loads it anew.</summary>
sealed class ModelPage(ModelShelf shelf, Reloader reloader, ShadowScoring shadow, OpenWorkspace open, KeyRing keys, ServerOptions options)
{
    public const string Path = "/model", ReloadPath = Path + "/reload";

    public static void Map(IEndpointRouteBuilder routes)
    {
        ModelPage page = ActivatorUtilities.CreateInstance<ModelPage>(routes.ServiceProvider);
        routes.MapGet(Path, page.Show);
        routes.MapPost(ReloadPath, (Delegate)page.Reload); // as a RequestDelegate its result would be lost
    }

    IResult Show(HttpContext context)
    {
        Visitor? visitor = Visitor.Of(context, keys);
        return PageFrame.Page(context, "Model", Path, "/workbench.css", Html.Of($"""
            <h1 class="unseen">Model</h1>
            {ModelHtml.Reload(keys.IsOpen, visitor?.IsAdmin == true, SignIn.TokenOf(context.Request))}
            {((string[])["catalogue", "keys"]).Select(name => ModelHtml.Refused(name, reloader.LastOf(name)))}
            {shelf.All.Select(model => ModelHtml.Section(model, model.Name == shelf.Preset, model.Name == options.Shadow, reloader.LastOf(model.Name)))}
            {ModelHtml.Shadow(options, shadow.Agreements)}
            {(open.Workspace is { } workspace ? PageFrame.Part(() => ModelHtml.Promotions(workspace)) : default)}
            """), "Files of models are looked at every few seconds: one that is replaced by renaming serves without a restart.", visitor);
    }

    async Task<IResult> Reload(HttpContext context)
    {
        if (Visitor.Of(context, keys)?.IsAdmin != true) throw new RequestRefused(Refusal.Forbidden, "this needs a key that may reload: attar key NAME --admin makes one");
        await Form.Read(context, options, SignIn.TokenOf(context.Request));
        await reloader.ReloadAll(CancellationToken.None);
        return SignInPage.Redirect(context, Path);
    }
}
