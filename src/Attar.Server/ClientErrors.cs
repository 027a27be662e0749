namespace Attar.Server;

/// <summary>Error of text-embeddings-inference.</summary>
sealed record TeiError(string Error, string ErrorType);

/// <summary>Error of Cohere.</summary>
sealed record CohereError(string Id, string Message);

/// <summary>Error of everything else: RFC 9457.</summary>
sealed record Problem(string Title, int Status, string Detail);

/// <summary>
/// Turns every failure into the shape and the status code that the client of the path knows.
/// What went wrong inside is logged and never told.
/// </summary>
static class ClientErrors
{
    public static void UseClientErrors(this WebApplication app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
            if (context.Response.HasStarted) return;
            if (context.Response.StatusCode == 404)
                await Write(context, Refusal.NotFound, $"nothing is served here; see /, /rerank, /v1/rerank, /v2/rerank, /search, /health and /info");
            else if (context.Response.StatusCode == 405)
                await Write(context, Refusal.Method, $"use {context.Response.Headers.Allow} here");
        }
        catch (RequestRefused refused)
        {
            await Write(context, refused.Refusal, refused.Message);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to tell; the status stands in logs only.
            if (!context.Response.HasStarted) context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (BadHttpRequestException error)
        {
            Refusal refusal = error.StatusCode == 408 ? Refusal.TooSlow : Refusal.Malformed;
            await Write(context, refusal, refusal == Refusal.TooSlow ? "the request came too slowly" : "the request could not be read");
        }
        catch (Exception error)
        {
            app.Logger.LogError(error, "{Path} failed", context.Request.Path.Value);
            await Write(context, Refusal.Failed, "scoring failed; the server's log says why");
        }
    });

    static Task Write(HttpContext context, Refusal refusal, string message)
    {
        HttpResponse response = context.Response;
        if (response.HasStarted) return Task.CompletedTask;
        if (refusal == Refusal.Overloaded) response.Headers.RetryAfter = "1";
        PathString path = context.Request.Path;
        if (path.StartsWithSegments("/rerank"))
        {
            (response.StatusCode, string type) = refusal switch
            {
                Refusal.Empty => (400, "Empty"),
                Refusal.Invalid => (422, "Validation"),
                Refusal.Overloaded => (429, "Overloaded"),
                Refusal.Failed => (424, "Backend"),
                _ => (Status(refusal), "Validation"),
            };
            return response.WriteAsJsonAsync(new TeiError(message, type), ServerJson.Default.TeiError);
        }
        response.StatusCode = Status(refusal);
        return path.StartsWithSegments("/v1") || path.StartsWithSegments("/v2")
            ? response.WriteAsJsonAsync(new CohereError(Guid.NewGuid().ToString(), message), ServerJson.Default.CohereError)
            : response.WriteAsJsonAsync(new Problem(Title(refusal), response.StatusCode, message), ServerJson.Default.Problem, "application/problem+json");
    }

    static int Status(Refusal refusal) => refusal switch
    {
        Refusal.ContentType => 415,
        Refusal.TooLarge => 413,
        Refusal.Overloaded => 429,
        Refusal.TooSlow => 408,
        Refusal.NotFound => 404,
        Refusal.Method => 405,
        Refusal.Failed => 500,
        _ => 400,
    };

    static string Title(Refusal refusal) => refusal switch
    {
        Refusal.Overloaded => "Busy",
        Refusal.NotFound => "Not found",
        Refusal.Failed => "Failed",
        _ => "Bad request",
    };
}
