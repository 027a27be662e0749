using System.Globalization;

namespace Attar.Cli.Output;

/// <summary>Rates and times as people read them.</summary>
static class Speed
{
    public static double Of(long done, TimeSpan took) => took > TimeSpan.Zero ? done / took.TotalSeconds : 0;

    public static string Spoken(double perSecond) => perSecond.ToString(perSecond < 10 ? "0.0" : "n0", CultureInfo.InvariantCulture);

    public static string Spoken(TimeSpan time) => time.TotalSeconds switch
    {
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds):0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds:00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes:00} min"),
    };
}
