using System.Net;
using System.Text.RegularExpressions;

namespace Attar.Server.Tests;

public partial class SearchPageTests
{
    [Fact]
    public async Task Page_and_its_files_are_served_with_their_types_and_a_policy()
    {
        await using TestServer server = await TestServer.Start();
        foreach ((string path, string type) in ((string, string)[])[("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "text/javascript"), ("/favicon.svg", "image/svg+xml")])
        {
            using HttpResponseMessage response = await server.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
            Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
            string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'", policy);
            Assert.DoesNotContain("unsafe", policy);
        }
    }

    [Fact]
    public async Task Page_needs_nothing_from_elsewhere_and_everything_it_names_is_served()
    {
        await using TestServer server = await TestServer.Start();
        string page = await server.Client.GetStringAsync("/");
        string[] named = [.. References().Matches(page).Select(match => match.Groups[1].Value).Distinct()];
        Assert.Contains("page.js", named);
        foreach (string path in named)
            Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(path)).StatusCode);
        foreach (string file in (string[])["/", "/page.css", "/page.js"])
            Assert.DoesNotMatch("https?:|[\"'(]//", (await server.Client.GetStringAsync(file)).Replace("http://www.w3.org/2000/svg", "")); // a name, not an address
    }

    /// <summary>The browser test shows it for one product; this for the means by which it could ever happen.</summary>
    [Fact]
    public async Task Script_never_turns_text_into_markup()
    {
        await using TestServer server = await TestServer.Start();
        string script = await server.Client.GetStringAsync("/page.js");
        Assert.Contains("textContent", script);
        Assert.DoesNotMatch("innerHTML|outerHTML|insertAdjacent|document.write|DOMParser|srcdoc|createContextualFragment|setHTML|eval|Function\\(", script);
    }

    [GeneratedRegex("(?:src|href|action)=\"([^\"]*)\"")]
    private static partial Regex References();
}
