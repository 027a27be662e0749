using Attar.Server.Requests;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Attar.Server.Connections;

/// <summary>Where <see cref="OpenConnections"/> meets Kestrel: below HTTP connections come and go, above it requests.</summary>
static class ConnectionLimit
{
    public static void LimitConnections(this KestrelServerOptions kestrel, OpenConnections connections) => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => async context =>
    {
        OpenConnection connection = connections.Open(() => context.Abort(new ConnectionAbortedException("idle, and others wait")));
        context.Features.Set(connection); // requests inherit it
        try
        {
            await next(context);
        }
        finally
        {
            connections.Closed(connection);
        }
    }));

    public static void UseConnectionLimit(this WebApplication app, OpenConnections connections) => app.Use(async (context, next) =>
    {
        OpenConnection connection = context.Features.Get<OpenConnection>()!;
        bool room = connections.Begin(connection);
        try
        {
            if (!room && !context.Request.Path.StartsWithSegments("/health"))
            {
                context.Response.Headers.Connection = "close";
                throw new RequestRefused(Refusal.Overloaded, "too many connections are busy; try again later");
            }
            await next(context);
        }
        finally
        {
            connections.End(connection);
        }
    });
}
