using Attar.Data.Import;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Data.Import;

public class NumberColumnTests
{
    [Theory]
    [InlineData("0,5|1|2,33", "0.5|1|2.33", "numbers have a decimal comma: '0,5' is 0.5")]
    [InlineData("0.5|1|2.33", "0.5|1|2.33", null)]
    [InlineData("1.234,5|2", "1234.5|2", "numbers have a decimal comma: '1.234,5' is 1234.5")]
    [InlineData("1,234.5|2", "1234.5|2", "commas stand between thousands: '1,234.5'")]
    [InlineData("1 234,5|0,5", "1234.5|0.5", "numbers have a decimal comma: '1 234,5' is 1234.5")]
    [InlineData("1'234.5|2", "1234.5|2", null)]
    [InlineData("1,333|2,667", "1.333|2.667", "commas are read as decimal commas: '2,667' is 2.667; --decimal point reads them as thousands")]
    [InlineData("1.333|2.667", "1.333|2.667", null)]
    [InlineData("0,500|3", "0.5|3", "numbers have a decimal comma: '0,500' is 0.5")]
    [InlineData("1e-1|-2|+3|.5", "0.1|-2|3|0.5", null)]
    public void Numbers_are_read_by_the_evidence_of_the_whole_column(string texts, string numbers, string? note)
    {
        NumberColumn column = NumberColumn.Of(texts.Split('|'));
        Assert.Null(column.Fault);
        Assert.Equal(numbers, string.Join('|', texts.Split('|').Select(text => FormattableString.Invariant($"{column.Read(text)}"))));
        Assert.Equal(note, column.Note);
    }

    [Fact]
    public void A_column_with_both_is_refused_unless_somebody_says_which()
    {
        string[] texts = ["0,5", "0.5"];
        Assert.StartsWith("'0.5' has a decimal point, '0,5' a decimal comma", NumberColumn.Of(texts).Fault);
        NumberColumn point = NumberColumn.Of(texts, given: false);
        Assert.Equal((0.5, null), (point.Read("0.5"), point.Read("0,5")));
    }

    [Theory]
    [InlineData("x"), InlineData(""), InlineData("1,2,3"), InlineData("NaN"), InlineData("1..2"), InlineData("1e999"), InlineData(","), InlineData("12,34.5")]
    public void What_is_no_number_is_none(string text)
    {
        foreach (bool comma in (bool[])[false, true]) Assert.Null(NumberColumn.Of([], comma).Read(text));
    }

    [Fact]
    public void Any_number_comes_back_however_it_is_written() => Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(-1_000_000, 1_000_000).NonEmptyListOf().ToArbitrary(), hundredths =>
    {
        foreach (string culture in (string[])[".", ","])
        {
            string[] texts = [.. hundredths.Select(number => $"{number / 100m:0.0#}".Replace(".", culture)), $"0{culture}5"];
            NumberColumn column = NumberColumn.Of(texts);
            Assert.Equal(hundredths.Select(number => (double?)(number / 100.0)), texts[..^1].Select(column.Read));
        }
    }));
}
