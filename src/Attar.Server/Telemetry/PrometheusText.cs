using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Attar.Server.Telemetry;

/// <summary>Listens to a meter and writes what it heard in Prometheus' text format 0.0.4.</summary>
sealed class PrometheusText : IDisposable
{
    /// <summary>Bounds of buckets: times, shares, and counts of pairs or tokens.</summary>
    static readonly double[] seconds = [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10];
    static readonly double[] numbers = [0, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];

    readonly Lock writing = new();
    readonly MeterListener listener = new();
    readonly ConcurrentDictionary<string, Instrument> instruments = new();
    readonly ConcurrentDictionary<(string Name, string Labels), Series> series = new();

    public PrometheusText(Meter meter)
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter != meter) return;
            instruments[instrument.Name] = instrument;
            listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.Start();
    }

    public string Write()
    {
        lock (writing) return Written();
    }

    string Written()
    {
        foreach ((string Name, string Labels) key in series.Keys)
            if (instruments[key.Name].IsObservable) series.TryRemove(key, out _); // what is not observed any more is not told
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (Instrument instrument in instruments.Values.OrderBy(instrument => instrument.Name, StringComparer.Ordinal))
        {
            bool histogram = instrument is Histogram<double>;
            text.Append(CultureInfo.InvariantCulture, $"# HELP {instrument.Name} {instrument.Description}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {instrument.Name} {(histogram ? "histogram" : instrument is ObservableGauge<int> or ObservableGauge<double> ? "gauge" : "counter")}\n");
            foreach (var (key, one) in series.Where(s => s.Key.Name == instrument.Name).OrderBy(s => s.Key.Labels, StringComparer.Ordinal))
                one.Write(text, key.Name, key.Labels, histogram);
        }
        return text.ToString();
    }

    void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = tags.IsEmpty ? "" : string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}=\"{Escape(Convert.ToString(tag.Value, CultureInfo.InvariantCulture)!)}\""));
        Series one = series.GetOrAdd((instrument.Name, labels), _ => new Series(instrument.Unit == "s" ? seconds : numbers));
        one.Take(value, replaces: instrument.IsObservable);
    }

    static string Escape(string value) => value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");

    public void Dispose() => listener.Dispose();

    sealed class Series(double[] bounds)
    {
        readonly long[] buckets = new long[bounds.Length + 1]; // the last one is above every bound
        double sum;
        long count;

        public void Take(double value, bool replaces)
        {
            lock (buckets)
            {
                sum = replaces ? value : sum + value;
                count++;
                int bucket = Array.FindIndex(bounds, bound => value <= bound);
                buckets[bucket < 0 ? bounds.Length : bucket]++;
            }
        }

        public void Write(StringBuilder text, string name, string labels, bool histogram)
        {
            lock (buckets)
            {
                string braces = labels.Length == 0 ? "" : $"{{{labels}}}", before = labels.Length == 0 ? "" : labels + ",";
                if (!histogram)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}{braces} {sum:R}\n");
                    return;
                }
                long below = 0;
                for (int i = 0; i < bounds.Length; i++)
                    text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{before}le=\"{bounds[i]:R}\"}} {below += buckets[i]}\n");
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{before}le=\"+Inf\"}} {count}\n");
                text.Append(CultureInfo.InvariantCulture, $"{name}_sum{braces} {sum:R}\n{name}_count{braces} {count}\n");
            }
        }
    }
}
