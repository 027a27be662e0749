using Microsoft.Extensions.DependencyInjection;

namespace Attar.Client;

/// <summary>The client for programs with dependency injection.</summary>
public static class AttarServices
{
    /// <summary>Whoever asks for an <see cref="AttarClient"/> gets the same one, which lives as long as the program.</summary>
    /// <param name="server">Such as <c>http://localhost:8080</c>.</param>
    public static IServiceCollection AddAttarReranker(this IServiceCollection services, Uri server, AttarClientOptions? options = null) =>
        services.AddSingleton(_ => new AttarClient(server, options));
}
