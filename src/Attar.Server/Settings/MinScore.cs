using System.Globalization;

namespace Attar.Server.Settings;

/// <summary>The lowest score that a caller wants to see.</summary>
/// <param name="Least">On the scale of the scores in the answer; null: the cut-off that the model was calibrated to.</param>
/// <param name="Raw">Whether that scale is a logit's, not from 0 to 1.</param>
/// <param name="Preset">Whether it is the server's setting, which a model without a cut-off passes over, not the caller's own word.</param>
readonly record struct MinScore(double? Least, bool Raw, bool Preset = false)
{
    public const string Calibrated = "calibrated";

    /// <returns>Null for what is neither a number on that scale nor <see cref="Calibrated"/>.</returns>
    public static MinScore? Parse(string text, bool raw) =>
        text == Calibrated ? new MinScore(null, raw)
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double least) ? Of(least, raw) : null;

    /// <inheritdoc cref="Parse"/>
    public static MinScore? Of(double least, bool raw) => double.IsFinite(least) && (raw || least is >= 0 and <= 1) ? new MinScore(least, raw) : null;

    public static string Expected(bool raw) => raw ? "a number, or \"calibrated\"" : "a number from 0 to 1, or \"calibrated\"";
}
