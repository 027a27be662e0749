using System.Net;
using System.Net.Http.Headers;
using Attar.Endpoints;

namespace Attar.Weights.Hub;

/// <summary>Asks the Hub for one thing, once. Redirects are followed; the token goes to the Hub itself alone.</summary>
sealed class HubConnection : IDisposable
{
    const int MostRedirects = 5;
    static readonly TimeSpan connecting = TimeSpan.FromSeconds(5), answering = TimeSpan.FromSeconds(30);

    readonly HubOptions options;
    readonly TimeProvider clock;
    readonly HttpClient http;

    public HubConnection(HubOptions options, TimeProvider clock)
    {
        (this.options, this.clock) = (options, clock);
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = !options.Endpoint.IsLoopback,
            UseCookies = false,
            ConnectTimeout = connecting,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("attar", null));
    }

    /// <summary>The address of a path on the Hub.</summary>
    public Uri AddressOf(string path) => new(options.Endpoint, path);

    /// <param name="from">The first byte wanted.</param>
    /// <returns>The answer as soon as its headers are there: 200, or 206 for a part.</returns>
    /// <exception cref="HubException"/>
    public async Task<HttpResponseMessage> Get(Uri address, long from, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(answering);
        try
        {
            for (int redirects = 0; ; redirects++)
            {
                using HttpRequestMessage request = new(HttpMethod.Get, address);
                if (from > 0) request.Headers.Range = new RangeHeaderValue(from, null);
                if (options.Token is { } token && IsHub(address)) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent) return response;
                using (response)
                {
                    if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location) throw Refusal(response);
                    if (redirects == MostRedirects) throw new HubException($"redirected more than {MostRedirects} times");
                    Uri next = new(address, location);
                    if (next.Scheme != Uri.UriSchemeHttps && !(next.Scheme == Uri.UriSchemeHttp && address.Scheme == Uri.UriSchemeHttp)) throw new HubException($"redirected from {address.Scheme} to {next.Scheme}, where anybody could answer");
                    address = next;
                }
            }
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            string what = limit.IsCancellationRequested ? $"no answer from {address.Host} within {(int)answering.TotalSeconds} s" : $"no connection to {address.Host} within {(int)connecting.TotalSeconds} s";
            throw new HubException(what, temporary: true, late) { Unreachable = true };
        }
        catch (HttpRequestException fault)
        {
            throw new HubException($"no answer from {address.Host}: {fault.Message}", temporary: true)
            {
                Unreachable = fault.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
            };
        }
    }

    bool IsHub(Uri address) => Uri.Compare(address, options.Endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    HubException Refusal(HttpResponseMessage response)
    {
        int status = (int)response.StatusCode;
        string code = Header(response, "X-Error-Code"), said = Header(response, "X-Error-Message");
        if (status is 408 or 425 or 429 or >= 500 and not (501 or 505))
            return new HubException($"answered {status}", temporary: true) { Wait = RateLimits.RetryAfter(response.Headers, clock.GetUtcNow()) };
        string token = options.Token is null ? "set HF_TOKEN to a token of an account that may read it" : "is the token in HF_TOKEN one of an account that may read it?";
        return new HubException((status, code) switch
        {
            (_, "GatedRepo") or (403, _) => $"its owners give access on request ({status}): ask for it on the model's page; {token}",
            (_, "RevisionNotFound") => $"no such revision; name a branch, a tag or a commit that it has",
            (_, "EntryNotFound") => $"no such file at that revision",
            (401, _) or (_, "RepoNotFound") => $"no such repository, or a private one ({status}); check the name ORG/NAME, and for a private or gated one: {token}",
            (404, _) => $"not found; check the name ORG/NAME and the revision",
            _ => $"answered {status}{(said == "" ? "" : $", {said}")}",
        });
    }

    static string Header(HttpResponseMessage response, string name)
    {
        string value = response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Concat(values.First().Where(c => !char.IsControl(c))) : "";
        return value.Length > 200 ? value[..200] : value;
    }

    public void Dispose() => http.Dispose();
}
