using System.Text;
using System.Text.Json;
using Attar.Server.Requests;

namespace Attar.Server.Tests;

public class FieldNamesTests
{
    static string Joined(string document, params string[] names) => new FieldNames(names).Joined(JsonDocument.Parse(document).RootElement);

    [Fact]
    public void Texts_stand_in_the_order_in_which_the_fields_were_named() =>
        Assert.Equal("saw\n18 V\nred blue", Joined("""{"volts":"18 V","other":"x","colours":["red","blue"],"title":"saw","none":null,"empty":""}""", "title", "volts", "none", "missing", "empty", "colours"));

    [Theory]
    [InlineData("""{"title":"saw","title":"drill"}""", "drill")] // the last, as of any field that is there twice
    [InlineData("""{"\u0074itle":"saw"}""", "saw")]
    [InlineData("""{"titl":"saw","titles":"x","Title":"y"}""", "")]
    [InlineData("""{"größe":"7"}""", "7")]
    [InlineData("""{"gr\u00f6\u00dfe":"7"}""", "7")]
    public void A_name_is_what_it_means_however_it_is_written(string document, string text) => Assert.Equal(text, Joined(document, "title", "größe"));

    [Fact]
    public void Names_that_are_no_text_are_passed_over_as_bytes_and_refused_as_half_a_character()
    {
        byte[] damaged = [.. "{\"t"u8, 0xff, .. "\":\"saw\",\"title\":\"drill\"}"u8];
        Assert.Equal("drill", new FieldNames(["title"]).Joined(JsonDocument.Parse(damaged).RootElement));
        Assert.Throws<InvalidOperationException>(() => Joined("""{"\ud800":"saw"}""", "title"));
    }

    [Fact]
    public void Every_field_of_a_document_is_looked_up_once_however_many_are_named()
    {
        string[] names = [.. Enumerable.Range(0, 100).Select(i => $"field{i}")];
        using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetBytes($"{{{string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"k{i}\":1"))},\"field7\":\"saw\"}}"));
        FieldNames fields = new(names);
        for (int i = 0; i < 900; i++) Assert.Equal("saw", fields.Joined(document.RootElement));
        Assert.Equal(900 * 201, fields.Looked); // a hundred lookups a document, each through its two hundred names, were eighteen million
    }
}
