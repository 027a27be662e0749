using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Attar.Evaluation.Report;
using Attar.Online.Judging;
using Attar.Online.Readout;
using Attar.Online.Storage;
using Attar.Server.Documents;
using Attar.Server.Online;
using Attar.Server.Requests;
using Attar.Server.Security;
using Attar.Server.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <summary>
/// <c>/judge</c>: what waits for raters, and <c>/judge/NAME</c>: one item after another. Every answer is a form, and is on the disk
/// before the next item is shown.
/// </summary>
sealed class JudgePages(OnlineLab lab, KeyRing keys, OpenStorefront storefront, ServerOptions options, TimeProvider clock)
{
    const string Path = "/judge", Item = "item", Choice = "answer", Store = "The store is away. What was answered is kept; go on when it is back.";

    readonly ConcurrentDictionary<(string Task, long Made), IReadOnlyList<JudgingItem>> items = new();

    public static void Map(IEndpointRouteBuilder routes)
    {
        JudgePages pages = ActivatorUtilities.CreateInstance<JudgePages>(routes.ServiceProvider);
        routes.MapGet(Path, (Delegate)pages.Overview); // as a RequestDelegate its result would be lost
        routes.MapGet(Path + "/{name}", pages.Show);
        routes.MapPost(Path + "/{name}", pages.Answer);
        routes.MapPost(Path + "/{name}/undo", pages.Undo);
    }

    Task<IResult> Overview(HttpContext context) => WithStore(context, async (store, visitor) =>
    {
        List<Html> parts = [];
        foreach ((JudgingTask task, long made) in await store.Tasks(context.RequestAborted))
        {
            IReadOnlyList<JudgingItem> all = await Items(store, task, made);
            IReadOnlyList<JudgingAnswer> answers = await store.Answers(task.Name, context.RequestAborted);
            parts.Add(JudgeHtml.Section(JudgingReadout.Of(task, all, answers), visitor?.MayJudge == false ? null : visitor is null ? 0 : Turn.Next(task, all, answers, visitor.Name)?.Open ?? 0, visitor is null, visitor?.OnlyJudges == true));
        }
        if (parts.Count == 0) parts.Add(PageFrame.Message("Nothing waits to be judged. attar judge pool makes a task; docs/judging.md shows how."));
        return Page(context, "Judge", Html.Of($"<h1 class=\"unseen\">Judge</h1>{parts}"), visitor);
    });

    Task<IResult> Show(HttpContext context, string name) => WithTask(context, name, async (store, task, all, visitor) =>
    {
        IReadOnlyList<JudgingAnswer> answers = await store.Answers(task.Name, context.RequestAborted);
        Turn? turn = Turn.Next(task, all, answers, visitor.Name);
        if (Place(context.Request.Query["item"].ToString(), all) is { } back) // what was taken back is shown again
            turn = new Turn(back.Place, back.Again, turn?.Done ?? all.Count, turn?.Open ?? 1);
        JudgeHtml.Form form = new(task, TokenOf(context), answers.Any(answer => answer.Rater == visitor.Name));
        return Page(context, turn is null ? task.Name : all[turn.Place].Query, turn is null ? JudgeHtml.Done(form) : JudgeHtml.Turn(form, turn, all[turn.Place], Turn.IsSwapped(task, visitor.Name, turn.Place), storefront.Now.Products), visitor, script: true);
    });

    Task<IResult> Answer(HttpContext context, string name) => WithForm(context, name, async (store, task, all, visitor, form) =>
    {
        if (Place(form.GetValueOrDefault(Item, ""), all) is not { } at || !int.TryParse(form.GetValueOrDefault(Choice), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int answer) || answer < JudgingAnswer.CannotSay || answer >= task.Answers)
            throw new RequestRefused(Refusal.Invalid, "expected an item of this task and one of its answers; open the page again");
        if (task.Kind == JudgingKind.Compare && answer >= 0 && Turn.IsSwapped(task, visitor.Name, at.Place)) answer = JudgingTask.Second - answer;
        await store.Answer(task.Name, [new JudgingAnswer(at.Place, visitor.Name, at.Again, answer, clock.GetUtcNow().ToUnixTimeMilliseconds())]);
        return SignInPage.Redirect(context, $"{Path}/{task.Name}");
    });

    Task<IResult> Undo(HttpContext context, string name) => WithForm(context, name, async (store, task, _, visitor, _) =>
        SignInPage.Redirect(context, await store.Undo(task.Name, visitor.Name) is { } last ? $"{Path}/{task.Name}?item={JudgeHtml.ItemOf(last.Place, last.Again)}" : $"{Path}/{task.Name}"));

    Task<IResult> WithForm(HttpContext context, string name, Func<JudgingStore, JudgingTask, IReadOnlyList<JudgingItem>, Visitor, IReadOnlyDictionary<string, string>, Task<IResult>> body) => WithTask(context, name, async (store, task, all, visitor) =>
    {
        return await body(store, task, all, visitor, await Form.Read(context, options, TokenOf(context)));
    });

    Task<IResult> WithTask(HttpContext context, string name, Func<JudgingStore, JudgingTask, IReadOnlyList<JudgingItem>, Visitor, Task<IResult>> body) => WithStore(context, async (store, visitor) =>
    {
        if (visitor is null)
        {
            SignIn.Ask(context);
            return Results.Empty;
        }
        if (!visitor.MayJudge) throw new RequestRefused(Refusal.Forbidden, "this API key may not judge; attar key NAME --judge makes one that may");
        (JudgingTask task, long made) = (await store.Tasks(context.RequestAborted)).FirstOrDefault(one => one.Task.Name == name);
        return task is null ? throw new RequestRefused(Refusal.NotFound, "there is no such task; /judge lists those there are") : await body(store, task, await Items(store, task, made), visitor);
    });

    async Task<IResult> WithStore(HttpContext context, Func<JudgingStore, Visitor?, Task<IResult>> body)
    {
        Visitor? visitor = Visitor.Of(context, keys);
        if (!lab.IsOn) return Page(context, "Judge", PageFrame.Message("Nothing is kept here. Start the server with --experiments FILE; docs/judging.md shows such a file."), visitor);
        try
        {
            return lab.Store is { } store ? await body(store.Judging, visitor) : Page(context, "Judge", PageFrame.Warning(Store), visitor, status: 503);
        }
        catch (Exception error) when (error is DbException or IOException or TimeoutException)
        {
            return Page(context, "Judge", PageFrame.Warning(Store), visitor, status: 503);
        }
    }

    static ContentHttpResult Page(HttpContext context, string title, Html body, Visitor? visitor, bool script = false, int status = 200) =>
        PageFrame.Page(context, title, Path, "/judge.css", body, "", visitor, script ? "/judge.js" : null, status);

    async Task<IReadOnlyList<JudgingItem>> Items(JudgingStore store, JudgingTask task, long made)
    {
        if (!items.TryGetValue((task.Name, made), out IReadOnlyList<JudgingItem>? known)) items[(task.Name, made)] = known = await store.Items(task.Name);
        return known;
    }

    /// <summary>Only who can read this visitor's cookie or the salt knows it: a page elsewhere cannot write it into a form.</summary>
    string TokenOf(HttpContext context) => lab.Clients.Of($"attar: a form of {SignIn.Cookie(context.Request)}");

    static (int Place, bool Again)? Place(string item, IReadOnlyList<JudgingItem> all) =>
        item.Split('.') is [var place, "0" or "1"] parts && int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < all.Count ? (number, parts[1] == "1") : null;
}
