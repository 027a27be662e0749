using System.Globalization;
using Attar.Evaluation.Report;
using Attar.Server.Workbench;
using Attar.Workspaces;

namespace Attar.Server.Endpoints;

/// <summary>How stages and trainings look.</summary>
static class RunsHtml
{
    /// <summary>The training that has not ended; its script draws it anew while one is at work.</summary>
    public static Html Live(TrainingCurve? open, bool busy) => open is not { Loss.Count: > 0 } curve
        ? Html.Of($"""<div id="live"{(busy ? Html.Of($" data-busy") : default)}>{(busy ? Html.Of($"""<p class="message">A run is at work. A training shows here from its first steps on.</p>""") : default)}</div>""")
        : Html.Of($"""
        <div id="live"{(busy ? Html.Of($" data-busy") : default)}>
        <section class="part" aria-labelledby="of-live"><h2 id="of-live">{curve.Model} <small>{(busy ? "running now" : "not running")}</small></h2>
        <p class="verdict">{(busy ? "Training" : "Stopped")}: step {Number(curve.Loss[^1].Step)} of {Number(curve.Total)}, loss {curve.Loss[^1].Value.ToString("0.0000", CultureInfo.InvariantCulture)}.</p>
        <progress max="{Math.Max(1, curve.Total)}" value="{curve.Loss[^1].Step}" aria-label="Steps of the training"></progress>
        {(busy ? default : Html.Of($"""<p class="soft">Nothing is at work in the workspace: the same command goes on from the last checkpoint.</p>"""))}
        <div class="charts">{Charts(curve)}</div></section></div>
        """);

    public static Html Stages(IReadOnlyDictionary<string, StageEntry> stages, bool busy)
    {
        if (stages.Count == 0) return PageFrame.Message("No stage has run here yet. attar run RECIPE fills the workspace.");
        string[] titles = [.. stages.OrderByDescending(stage => stage.Value.Started).Select(stage => stage.Key)];
        var students = titles.GroupBy(StudyOf).Where(study => study.Key.Length > 0);
        return Html.Of($"""
            <section class="part" aria-labelledby="of-stages"><h2 id="of-stages">Stages <small>the last one first</small></h2>
            {titles.Where(title => StudyOf(title).Length == 0).Select(title => Stage(title, stages, busy))}
            {students.Select(study => Html.Of($"""<details><summary>{study.Count()} students of the {study.Key} study</summary><div class="inner">{study.Select(title => Stage(title, stages, busy))}</div></details>"""))}
            </section>
            """);
    }

    public static Html Curves(IReadOnlyList<TrainingCurve> curves) => curves.Count == 0 ? default : Html.Of($"""
        <section class="part" aria-labelledby="of-curves"><h2 id="of-curves">Trainings <small>loss, faintly, and its moving average; NDCG on dev after each pass</small></h2>
        <div class="charts">{curves.SelectMany(Charts)}</div></section>
        """);

    static IEnumerable<Html> Charts(TrainingCurve curve)
    {
        yield return LineChart.Draw($"{curve.Model}: loss{(curve.Unread > 0 ? $" ({curve.Unread} lines could not be read)" : "")}", curve.Loss, smooth: true, curve.Total);
        if (curve.DevNdcg.Count > 0) yield return LineChart.Draw($"{curve.Model}: NDCG on dev", curve.DevNdcg, smooth: false, curve.Total);
    }

    /// <summary>The study whose student a stage trains: <c>distill scaling/student-500-seed1</c>.</summary>
    static string StudyOf(string title) => title.StartsWith("distill ", StringComparison.Ordinal) && title.IndexOf('/') is > 0 and int slash ? title["distill ".Length..slash] : "";

    static Html Stage(string title, IReadOnlyDictionary<string, StageEntry> stages, bool busy)
    {
        StageEntry entry = stages[title];
        string state = StageText.StateOf(title, stages, busy);
        return Html.Of($"""
            <details class="stage"><summary><span class="state{(state == "done" ? default : Html.Of($" {(state == "running" ? "on" : "off")}"))}">{state}</span> <b>{title}</b> <small>{StageText.Date(entry.Started)}{(entry.Outputs is not null && entry.Seconds is { } seconds ? ", " + StageText.Spoken(seconds) : "")}</small></summary>
            <dl class="facts">{StageText.Options(entry.Options).Append(("seed", entry.Seed.ToString(CultureInfo.InvariantCulture))).Select(option => PageFrame.Fact(option.Item1, option.Item2))}
            {PageFrame.Fact("reads", string.Join(", ", entry.Inputs.Keys))}{(entry.Outputs is { } outputs ? PageFrame.Fact("writes", string.Join(", ", outputs.Keys)) : default)}</dl></details>
            """);
    }

    static string Number(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
