using System.Net;

namespace Attar.Client;

/// <summary>The server refused a call, or failed; the message is its own.</summary>
public sealed class AttarException(HttpStatusCode status, string message) : Exception(message)
{
    public HttpStatusCode Status => status;
}
