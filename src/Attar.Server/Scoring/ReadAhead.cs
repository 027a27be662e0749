using System.Diagnostics;
using Attar.Server.Documents;
using Attar.Server.Models;
using Attar.Server.Settings;

namespace Attar.Server.Scoring;

/// <summary>
/// Has split models read the catalogue before anybody asks, a few products at a time and only while nobody waits: what they know
/// of a product then costs no request anything. Products that come as plain text are read when they come, and remembered.
/// </summary>
sealed class ReadAhead(ServerOptions options, OpenStorefront storefront, ModelShelf shelf, ScoringLine line, ILogger<ReadAhead> log)
{
    const int Products = 32; // a request that comes meanwhile waits for no more than these

    /// <summary>Begins to read for all models, at the start or when the catalogue changed; returns at once.</summary>
    public void Begin()
    {
        foreach (string name in shelf.Names) Begin(name);
    }

    /// <summary>Begins to read for a model that took its place; returns at once.</summary>
    public void Begin(string name)
    {
        ServedModel model = shelf.Use(name);
        if (model.Model.ReadsAhead) _ = Task.Run(() => Read(model));
        else model.Release();
    }

    async Task Read(ServedModel model)
    {
        Storefront catalogue = storefront.Now;
        long began = Stopwatch.GetTimestamp();
        try
        {
            foreach (Reading[] readings in catalogue.Products.Values.Take(options.ReadAhead).Select(Reading.Of).Chunk(Products))
            {
                if (!shelf.Has(model) || storefront.Now != catalogue) return;
                await line.RunInBackground(new Job(model, Scorer.Encode(model, [.. readings.Select(reading => ("", reading, TextKey.Of(reading.Fields)))]), deadline: null));
            }
            log.LogInformation("{Model} has read {Count} products of the catalogue ahead, in {Seconds:0.0} s", model.Name, Math.Min(options.ReadAhead, catalogue.Products.Count), Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        catch (Exception stopping) when (stopping is OperationCanceledException or ObjectDisposedException)
        {
            // the server stops
        }
        catch (Exception error)
        {
            log.LogWarning("{Model} reads products as they come, reading ahead failed: {Reason}", model.Name, error.Message);
        }
        finally
        {
            model.Release();
        }
    }
}
