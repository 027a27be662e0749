namespace Attar.Weights.Hub;

/// <summary>How the Hub is reached, as its own tools are told: https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables.</summary>
/// <param name="Token">Of an account; null: none.</param>
/// <param name="Cache">The cache of the Hub's own tools, read where it has the files.</param>
/// <param name="Offline">Whether the Hub is not to be asked.</param>
public sealed record HubOptions(Uri Endpoint, string? Token, string Cache, bool Offline)
{
    /// <summary>The one place that knows the Hub's address.</summary>
    const string DefaultEndpoint = "https://huggingface.co";

    /// <param name="environment">A variable's value, null where it is not set.</param>
    /// <exception cref="InputException">when HF_ENDPOINT is no address, or the token cannot be sent.</exception>
    public static HubOptions Read(Func<string, string?> environment)
    {
        string home = Given("HF_HOME") ?? Path.Combine(Given("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "huggingface");
        string address = Given("HF_ENDPOINT") ?? DefaultEndpoint;
        if (!Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out Uri? endpoint) || (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps))
            throw new InputException("HF_ENDPOINT", $"'{address}'; expected an address such as {DefaultEndpoint}; correct it, or take the variable away");
        string file = Given("HF_TOKEN_PATH") ?? Path.Combine(home, "token");
        string? token = Given("HF_TOKEN") ?? (File.Exists(file) && File.ReadAllText(file) is { } text && text.Trim() is { Length: > 0 } kept ? kept : null);
        if (token?.Any(c => c is <= ' ' or > '~') == true) throw new InputException("HF_TOKEN", "cannot be sent: it has spaces or control characters in it; set it anew");
        bool offline = Given("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";
        return new(endpoint, token, Given("HF_HUB_CACHE") ?? Path.Combine(home, "hub"), offline);

        string? Given(string name) => environment(name)?.Trim() is { Length: > 0 } value ? value : null;
    }
}
