using System.Globalization;
using Attar.Evaluation.Promotion;
using Attar.Evaluation.Report;
using Attar.Server.Models;
using Attar.Server.Reloading;
using Attar.Server.Scoring;
using Attar.Server.Settings;
using Attar.Server.Workbench;
using Attar.Workspaces;

namespace Attar.Server.Endpoints;

/// <summary>How served models look.</summary>
static class ModelHtml
{
    public static Html Reload(bool open, bool admin, string token) => admin
        ? Html.Of($"""<form class="reload" method="post" action="{ModelPage.ReloadPath}"><input type="hidden" name="token" value="{token}"><button>Load everything anew</button><span class="soft">Models, catalogue and keys. Each model is tried first; one that cannot be read, or gives every product one score, is refused and the old one stays.</span></form>""")
        : Html.Of($"""<p class="soft">{(open ? "This server has no key file, so nobody may reload from here; it sees by itself when files change." : "A key that may reload (attar key NAME --admin) finds a button here.")}</p>""");

    public static Html Refused(string name, LastReload? last) => last?.Refused is { } reason
        ? PageFrame.Warning($"{name}: loading anew was refused, {StageText.Date(last.At)}, and the old one stays: {reason}") : default;

    /// <param name="preset">Whether it answers who names no model.</param>
    public static Html Section(ServedModel model, bool preset, bool shadow, LastReload? last) => Html.Of($"""
        <section class="part" aria-labelledby="of-{model.Name}"><h2 id="of-{model.Name}">{model.Name} <small>{(preset ? "answers who names no model" : shadow ? "the shadow" : "by its name")}</small></h2>
        {Refused(model.Name, last)}
        <dl class="facts">{PageFrame.Fact("serves since", StageText.Date(model.Loaded))}{(model.Model.Digest.Length > 0 ? PageFrame.Fact("digest", model.Model.Digest) : default)}
        {model.Model.Facts.Select(fact => PageFrame.Fact(fact.Name, fact.Value))}{PageFrame.Fact("pace", model.Pace.TokensPerSecond > 0 ? Tokens(model.Pace) : "nothing computed yet")}</dl>
        {(model.Model.Card is { } card ? Html.Of($"""<details><summary>Card</summary><div class="inner card-text">{CardText.Draw(card)}</div></details>""") : Html.Of($"""<p class="soft">No card: attar export writes one (README.md).</p>"""))}
        </section>
        """);

    static string Tokens(Pace pace) => string.Create(CultureInfo.InvariantCulture, $"{pace.TokensPerSecond:N0} tokens a second, of late");

    public static Html Shadow(ServerOptions options, IEnumerable<ShadowAgreement> agreements) => Html.Of($"""
        <section class="part" aria-labelledby="of-shadow"><h2 id="of-shadow">Shadow <small>{(options.Shadow.Length > 0 ? $"{options.Shadow} scores {(100 * options.ShadowShare).ToString("0.#", CultureInfo.InvariantCulture)} % of the requests besides" : "off")}</small></h2>
        {(options.Shadow.Length == 0 ? PageFrame.Message("No model is tried on the side. Serve one with --models NAME --shadow NAME to see how it would have answered.")
        : agreements.ToArray() is not { Length: > 0 } all ? PageFrame.Message("No request was scored by both yet.")
        : ExperimentsHtml.Table($"{options.Shadow} beside", ["model", "requests", "same first product", "pairs ordered otherwise", "mean distance of scores", "since"], all.Select(one => (string[])
            [one.Model, one.Requests.ToString("N0", CultureInfo.InvariantCulture), Share(one.SameFirst, one.Requests), Share(one.Disagreement, one.Requests), (one.Difference / one.Requests).ToString("0.000", CultureInfo.InvariantCulture), StageText.Date(one.Loaded > one.ShadowLoaded ? one.Loaded : one.ShadowLoaded)])))}
        </section>
        """);

    static string Share(double part, long of) => (part / of).ToString("0.0%", CultureInfo.InvariantCulture);

    /// <summary>Models that were compared with those they would replace.</summary>
    public static Html Promotions(Workspace workspace)
    {
        string folder = Path.Combine(workspace.Root, "promotions");
        if (!Directory.Exists(folder)) return default;
        (string Name, PromotionReport Report)[] found = [.. Directory.EnumerateDirectories(folder).Select(at => (Path.GetFileName(at), PromotionReport.Read(at))).Where(one => one.Item2 is not null).OrderByDescending(one => one.Item2!.Made).Select(one => (one.Item1, one.Item2!))];
        return found.Length == 0 ? default : Html.Of($"""
            <section class="part" aria-labelledby="of-promotions"><h2 id="of-promotions">Promotions</h2>
            {found.Select(one => Html.Of($"""<p><a href="/model/promotions/{Uri.EscapeDataString(one.Name)}">{one.Report.New} over {one.Report.Old}</a>, {StageText.Date(one.Report.Made)}: {(one.Report.SignedBy is { } name ? $"signed by {name}" : one.Report.Passed ? "may take its place, not signed" : "may not take its place")}.</p>"""))}
            </section>
            """);
    }
}
