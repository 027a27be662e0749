using Attar.Server.Requests;
using Attar.Server.Security;

namespace Attar.Server.Endpoints;

/// <summary>
/// Turns every failure into the shape and the status code that the client of the path knows.
/// What went wrong inside is logged and never told.
/// </summary>
static class ClientErrors
{
    public static void UseClientErrors(this WebApplication app, RefusedCallers callers) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
            if (context.Response.HasStarted) return;
            if (context.Response.StatusCode == 404)
                await Write(context, new RequestRefused(Refusal.NotFound, "nothing is served here; /openapi.json lists what is"));
            else if (context.Response.StatusCode == 405)
                await Write(context, new RequestRefused(Refusal.Method, $"use {context.Response.Headers.Allow} here"));
        }
        catch (RequestRefused refused)
        {
            if (refused.Refusal is Refusal.Unauthorized or Refusal.Forbidden or Refusal.TooOften or Refusal.WrongHost)
                callers.Tell(context, context.Features.Get<Exchange>()?.Client, refused.Message);
            await Write(context, refused);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to tell; the status stands in logs only.
            if (!context.Response.HasStarted) context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (BadHttpRequestException error)
        {
            await Write(context, error.StatusCode == 408
                ? new RequestRefused(Refusal.TooSlow, "the request came too slowly")
                : new RequestRefused(Refusal.Malformed, "the request could not be read"));
        }
        catch (Exception error)
        {
            app.Logger.LogError(error, "{Path} failed", context.Request.Path.Value);
            await Write(context, new RequestRefused(Refusal.Failed, "scoring failed; the server's log says why"));
        }
    });

    static Task Write(HttpContext context, RequestRefused refused)
    {
        HttpResponse response = context.Response;
        if (response.HasStarted) return Task.CompletedTask;
        Refusal refusal = refused.Refusal;
        if (refusal is Refusal.Overloaded or Refusal.TooOften or Refusal.StoreAway) response.Headers.RetryAfter = refused.RetryAfter.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (refusal == Refusal.Unauthorized) response.Headers.WWWAuthenticate = Admission.IsForPeople(context.Request.Path) ? "Basic realm=\"Attar: the API key is the password\", charset=\"UTF-8\"" : "Bearer";
        ErrorShape shape = context.Features.Get<BodyShape>()?.Shape ?? ErrorShapes.Of(context.Request.Path);
        response.StatusCode = Status(refusal, shape);
        string id = context.Features.Get<Exchange>()?.Id ?? "";
        var error = new VllmErrorBody(refused.Message, VllmType(refusal), response.StatusCode);
        return shape switch
        {
            ErrorShape.Tei => response.WriteAsJsonAsync(new TeiError(refused.Message, TeiType(refusal)), ServerJson.Default.TeiError),
            ErrorShape.Cohere => response.WriteAsJsonAsync(new CohereError(id, refused.Message), ServerJson.Default.CohereError),
            ErrorShape.Vllm => response.WriteAsJsonAsync(new VllmError(error), ServerJson.Default.VllmError),
            ErrorShape.Shared => response.WriteAsJsonAsync(new SharedError(id, refused.Message, refused.Message, error), ServerJson.Default.SharedError),
            _ => response.WriteAsJsonAsync(new Problem(Title(refusal), response.StatusCode, refused.Message), ServerJson.Default.Problem, "application/problem+json"),
        };
    }

    static int Status(Refusal refusal, ErrorShape shape) => refusal switch
    {
        Refusal.Invalid when shape == ErrorShape.Tei => 422,
        Refusal.Failed when shape == ErrorShape.Tei => 424,
        Refusal.ContentType => 415,
        Refusal.TooLarge => 413,
        Refusal.Unauthorized => 401,
        Refusal.Forbidden => 403,
        Refusal.Overloaded or Refusal.TooOften => 429,
        Refusal.WrongHost => 421,
        Refusal.TooSlow => 408,
        Refusal.StoreAway => 503,
        Refusal.NotFound => 404,
        Refusal.Method => 405,
        Refusal.Failed => 500,
        _ => 400,
    };

    static string TeiType(Refusal refusal) => refusal switch
    {
        Refusal.Empty => "Empty",
        Refusal.Overloaded or Refusal.TooOften => "Overloaded",
        Refusal.Failed => "Backend",
        Refusal.Unauthorized or Refusal.Forbidden => "Unauthorized",
        _ => "Validation",
    };

    static string VllmType(Refusal refusal) => refusal switch
    {
        Refusal.Unauthorized or Refusal.Forbidden => "AuthenticationError",
        Refusal.Overloaded or Refusal.TooOften => "RateLimitError",
        Refusal.NotFound => "NotFoundError",
        Refusal.Failed => "InternalServerError",
        _ => "BadRequestError",
    };

    static string Title(Refusal refusal) => refusal switch
    {
        Refusal.Overloaded or Refusal.TooOften or Refusal.StoreAway => "Busy",
        Refusal.NotFound => "Not found",
        Refusal.Failed => "Failed",
        Refusal.Unauthorized or Refusal.Forbidden => "Not allowed",
        _ => "Bad request",
    };
}

/// <summary>Set where the body says whose client it is, and not the path.</summary>
sealed record BodyShape(ErrorShape Shape);
