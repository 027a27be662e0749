using Attar.Server.Endpoints;

namespace Attar.Server.Tests;

public sealed class CardTextTests
{
    [Fact]
    public void A_card_is_its_blocks() => Assert.Equal(
        """
        <h3>student</h3>
        <p>Reads a query and a product, <code>logits</code> out.</p>
        <ul><li>fast</li><li>small</li></ul>
        <div class="scroll" tabindex="0" role="region" aria-label="Table of the card"><table><thead><tr><th scope="col">metric</th><th scope="col">value</th></tr></thead><tbody><tr><td>ndcg@5</td><td>0.9</td></tr></tbody></table></div>
        <pre tabindex="0">a &lt; b
        # no heading
        </pre>
        """.ReplaceLineEndings("\n"),
        CardText.Draw("---\nlicense: mit\n---\n\n<!-- made -->\n# student\nReads a query and a\nproduct, `logits` out.\n- fast\n* small\n\n| metric | value |\n|---|---|\n| ndcg@5 | 0.9 |\n```python\na < b\n# no heading\n```\n").ToString());

    [Theory]
    [InlineData("<script>alert(1)</script>"), InlineData("[x](javascript:alert(1))"), InlineData("<img src=x onerror=alert(1)>"), InlineData("# <b>"), InlineData("- <b>"), InlineData("| <b> |"), InlineData("```\n<b>"), InlineData("---"), InlineData("---\n---"), InlineData("```"), InlineData("|"), InlineData("#"), InlineData("-"), InlineData("`")]
    public void Nothing_of_a_card_becomes_markup(string card)
    {
        string page = CardText.Draw(card).ToString();
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("<img", page);
        Assert.DoesNotContain("<b>", page);
        Assert.DoesNotContain("href", page);
    }
}
