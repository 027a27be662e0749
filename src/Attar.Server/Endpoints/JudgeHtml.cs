using Attar.Data;
using Attar.Evaluation.Report;
using Attar.Online.Judging;
using Attar.Online.Readout;

namespace Attar.Server.Endpoints;

/// <summary>How the judging pages look.</summary>
static class JudgeHtml
{
    /// <summary>What every form of a task needs.</summary>
    /// <param name="AnyAnswer">Whether there is one to take back.</param>
    public sealed record Form(JudgingTask Task, string Token, bool AnyAnswer);

    /// <summary>The name of an item in forms and addresses.</summary>
    public static string ItemOf(int place, bool again) => $"{place}.{(again ? 1 : 0)}";

    /// <param name="open">Items that wait for who looks; null where that is nobody who may judge.</param>
    /// <param name="unknown">Whether nobody said yet who looks.</param>
    /// <param name="quiet">Without what others say.</param>
    public static Html Section(JudgingReport report, int? open, bool unknown, bool quiet) => Html.Of($"""
        <section class="part" aria-labelledby="of-{report.Name}">
        <h2 id="of-{report.Name}">{report.Name} <small>{(report.Kind == JudgingKind.Grade ? "products" : "two lists")}</small></h2>
        <p class="verdict">{JudgingText.Progress(report)}.</p>
        <p>{(unknown || open > 0 ? Html.Of($"""<a class="go" href="/judge/{report.Name}">{(unknown ? "Sign in and judge" : $"Judge: {open} to go")}</a>""") : open == 0 ? Html.Of($"""<span class="soft">Nothing waits for you here. <a href="/judge/{report.Name}">Look at it, or take an answer back</a></span>""") : default)}</p>
        {(quiet ? default : Agreement(report))}
        </section>
        """);

    static Html Agreement(JudgingReport report) => Html.Of($"""
        {(report.Preference is { Answered: > 0 } preference ? Html.Of($"<p>{JudgingText.Said(preference, report.Systems)}.</p>") : default)}
        {(report.Raters.Count > 0 ? ExperimentsHtml.Table("Raters", JudgingText.RaterColumns, report.Raters.Select(JudgingText.Cells)) : default)}
        {(double.IsFinite(report.Alpha) ? Html.Of($"<p class=\"soft\">Krippendorff’s alpha of the people, ordinal: {report.Alpha:0.000}</p>") : default)}
        {(report.Estimates.Count > 0 ? ExperimentsHtml.Table("What the lists are worth", JudgingText.EstimateColumns, report.Estimates.Select(JudgingText.Cells)) : default)}
        """);

    public static Html Turn(Form form, Turn turn, JudgingItem item, bool swapped, IReadOnlyDictionary<string, Product> products) => Html.Of($"""
        <div class="judging">
        <p class="soft">{form.Task.Name}: {turn.Done} answered, {turn.Open} to go</p>
        <h1><span class="soft">Query</span> {item.Query}</h1>
        {(form.Task.Kind == JudgingKind.Grade ? Card(item.Product, products) : Lists(swapped ? item.Lists[1] : item.Lists[0], swapped ? item.Lists[0] : item.Lists[1], products))}
        <form class="answers" method="post" action="/judge/{form.Task.Name}">{Hidden(form)}<input type="hidden" name="item" value="{ItemOf(turn.Place, turn.Again)}">
        <div role="group" aria-label="{(form.Task.Kind == JudgingKind.Grade ? "How good is this product for the query?" : "Which list is the better answer?")}">{Answers(form.Task)}</div></form>
        {Below(form)}
        </div>
        """);

    public static Html Done(Form form) => Html.Of($"""
        <div class="judging"><h1>{form.Task.Name}</h1>
        {PageFrame.Message("Nothing waits for you here. Thank you.")}
        {Below(form)}
        </div>
        """);

    static IEnumerable<Html> Answers(JudgingTask task) => task.Kind == JudgingKind.Grade
        ? [.. task.Grades.Select((name, grade) => Button(grade, $"{grade + 1}", name)), Button(JudgingAnswer.CannotSay, "0", "Cannot say")]
        : [Button(JudgingTask.First, "1", "Left"), Button(JudgingTask.Alike, "2", "Alike"), Button(JudgingTask.Second, "3", "Right"), Button(JudgingAnswer.CannotSay, "0", "Cannot say")];

    static Html Button(int answer, string key, string name) => Html.Of($"""<button name="answer" value="{answer}" data-key="{key}"{(answer < 0 ? Html.Of($" class=\"quiet\"") : default)}><kbd>{key}</kbd> {name}</button>""");

    static Html Hidden(Form form) => Html.Of($"""<input type="hidden" name="token" value="{form.Token}">""");

    static Html Below(Form form) => Html.Of($"""
        <div class="below"><form method="post" action="/judge/{form.Task.Name}/undo">{Hidden(form)}<button class="quiet" data-key="u"{(form.AnyAnswer ? default : Html.Of($" disabled"))}><kbd>U</kbd> Undo</button></form>
        <label class="keys" hidden><input type="checkbox" id="keys" checked> Keys answer</label></div>
        {(form.Task.Guideline.Length > 0 ? Html.Of($"""<details open><summary>Guideline</summary><p class="guideline">{form.Task.Guideline.Split('\n').Select((line, i) => Html.Of($"{(i > 0 ? Html.Of($"<br>") : default)}{line}"))}</p></details>""") : default)}
        """);

    static Html Card(string id, IReadOnlyDictionary<string, Product> products) => !products.TryGetValue(id, out Product? product)
        ? PageFrame.Warning($"The catalogue has no product {id} any more.")
        : Html.Of($"""
            <article class="card"><h2>{product.Title}</h2>
            <p class="maker">{string.Join(" · ", new[] { product.Brand, product.Category }.Where(text => text.Length > 0))}</p>
            {(product.Attributes.Length > 0 ? Html.Of($"<dl>{ProductText.Attributes(product).Select(attribute => Html.Of($"<div><dt>{attribute.Name}</dt><dd>{attribute.Value}</dd></div>"))}</dl>") : default)}
            {(product.Description.Length > 0 ? Html.Of($"<p>{product.Description}</p>") : default)}</article>
            """);

    static Html Lists(string[] left, string[] right, IReadOnlyDictionary<string, Product> products) => Html.Of($"""
        <div class="sides">{List("Left", left, products)}{List("Right", right, products)}</div>
        """);

    static Html List(string side, string[] list, IReadOnlyDictionary<string, Product> products) => Html.Of($"""
        <section aria-label="{side}"><h2>{side}</h2><ol>{list.Select((id, place) => products.GetValueOrDefault(id) is { } product
            ? Html.Of($"""<li><span class="rank">{place + 1}</span><div><span class="title">{product.Title}</span><span class="maker">{string.Join(" · ", new[] { product.Brand, product.Category }.Where(text => text.Length > 0))}</span></div></li>""")
            : Html.Of($"""<li><span class="rank">{place + 1}</span><div><span class="title">{id}</span></div></li>"""))}</ol></section>
        """);
}
