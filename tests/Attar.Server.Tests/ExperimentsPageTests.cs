using System.Net;
using System.Xml.Linq;
using Attar.Online.Events;
using static Attar.Server.Tests.OnlineServer;

namespace Attar.Server.Tests;

public sealed class ExperimentsPageTests
{
    static readonly DateTimeOffset monday = new(2026, 11, 30, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Searches of three days, of which the other arm wins three in four.</summary>
    static async Task<OnlineServer> Shown(string kind)
    {
        OnlineServer server = await Start([Experiment(kind: kind, more: "\"planned\": 1200")]);
        List<ShownQuery> queries = [];
        List<ShopperEvent> events = [];
        for (int i = 0; i < 1200; i++)
        {
            long at = monday.AddMinutes(3 * i).ToUnixTimeMilliseconds();
            bool clicked = kind == "interleave" ? i % 4 != 0 : i % 8 != 0 && i % 2 == 1;
            queries.Add(new ShownQuery($"q{i}", at, $"c{i}", "drill", ["p0", "p1", "p2"], "lamps", kind == "ab" ? i % 2 == 0 ? "old" : "new" : null, null, kind == "ab" ? null : "BA-", 3));
            events.Add(new ShopperEvent($"e{i}", at, at, "click", $"q{i}", $"c{i}", clicked ? "p0" : kind == "interleave" ? "p1" : null, null));
            if (kind == "ab" && !clicked) events.RemoveAt(events.Count - 1);
        }
        await server.Store.Append(queries, events);
        return server;
    }

    [Theory, InlineData("ab"), InlineData("interleave")]
    public async Task The_page_says_which_arm_is_better_and_is_sound_markup(string kind)
    {
        await using OnlineServer server = await Shown(kind);
        using HttpResponseMessage response = await server.Client.GetAsync("/experiments");
        Assert.Equal((HttpStatusCode.OK, "text/html"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        string page = await response.Content.ReadAsStringAsync();
        Assert.Contains("New is better than old.", page);
        Assert.Contains("running with 100% of the clients", page);
        Assert.Contains("1,200 searches", page);
        Assert.Equal(3, page.Split("<g class=\"day\">").Length - 1);
        Assert.DoesNotContain("NaN", page);
        Assert.DoesNotContain("style=", page); // the policy refuses it
        Assert.DoesNotContain("<script", page);
        XElement.Parse(page[page.IndexOf("<main>", StringComparison.Ordinal)..(page.IndexOf("</main>", StringComparison.Ordinal) + "</main>".Length)]); // every tag is closed
        foreach (string file in (string[])["/experiments.css", "/page.css", "/favicon.svg"]) Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(file)).StatusCode);
    }

    [Fact]
    public async Task An_experiment_without_a_search_has_a_page_too()
    {
        await using OnlineServer server = await Start([Experiment(), Experiment("mixed", "interleave")]);
        string page = await server.Client.GetStringAsync("/experiments");
        Assert.Contains("No difference between new and old is shown yet.", page);
        Assert.DoesNotContain("NaN", page);
    }
}
