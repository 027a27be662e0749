using System.Globalization;
using System.Text.Json.Nodes;

namespace Attar.Client;

/// <summary>The lowest score that a call returns; documents below, and those that were not scored, are left out, so that an answer may be empty.</summary>
public sealed record MinScore
{
    readonly double? least;

    MinScore(double? least) => this.least = least;

    /// <summary>What the server's model was calibrated to (<c>attar calibrate</c>); where it was not, the call is refused.</summary>
    public static MinScore Calibrated { get; } = new(least: null);

    /// <param name="least">From 0 to 1, as <see cref="RankedDocument.RelevanceScore"/> is; of a search's logits the same share. 0 leaves nothing out, whatever the server's settings leave out by themselves.</param>
    public static MinScore Of(double least) => least is >= 0 and <= 1 ? new MinScore(least) : throw new ArgumentOutOfRangeException(nameof(least), least, "expected a number from 0 to 1");

    /// <summary>On the scale of relevance scores.</summary>
    internal JsonNode Share => least is { } share ? JsonValue.Create(share) : JsonValue.Create(Word);

    /// <summary>On the scale of logits, which are written as finite numbers.</summary>
    internal string Logit => least is { } share ? Math.Clamp(Math.Log(share / (1 - share)), double.MinValue, double.MaxValue).ToString("R", CultureInfo.InvariantCulture) : Word;

    const string Word = "calibrated";
}
