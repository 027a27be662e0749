using System.Text.Json;

namespace Attar.Endpoints;

/// <summary>Every protocol: its name, its path on a server, and who speaks it.</summary>
static class ProtocolList
{
    static readonly (Protocol Protocol, string[] Path)[] all =
    [
        (Protocol.VllmClassify, ["classify"]),
        (Protocol.VllmScore, ["score"]),
        (Protocol.TeiPredict, ["predict"]),
        (Protocol.Cohere, ["v2", "rerank"]),
        (Protocol.Jina, ["v1", "rerank"]),
        (Protocol.TeiRerank, ["rerank"]), // after the two whose paths end alike
        (Protocol.Chat, ["v1", "chat", "completions"]),
    ];

    public static IEnumerable<string> Names => all.Select(entry => NameOf(entry.Protocol));

    public static string NameOf(Protocol protocol) => JsonNamingPolicy.KebabCaseLower.ConvertName(protocol.ToString());

    /// <summary>The protocol given, or the one whose path the address ends with; null when neither tells.</summary>
    public static (Protocol Protocol, Uri Address)? Find(Uri url, Protocol? given)
    {
        string[] path = url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach ((Protocol protocol, string[] wanted) in all)
        {
            if (given is null ? EndsWith(path, wanted) : given == protocol)
                return (protocol, EndsWith(path, wanted[^1..]) ? url : new UriBuilder(url) { Path = string.Join('/', Joined(path, wanted)) }.Uri);
        }
        return null;
    }

    /// <summary>The interface's path behind the server's; what the address has of it already, such as <c>/v1</c>, is not said twice.</summary>
    static string[] Joined(string[] path, string[] wanted)
    {
        int common = Math.Min(path.Length, wanted.Length);
        while (!EndsWith(path, wanted[..common])) common--;
        return [.. path, .. wanted[common..]];
    }

    static bool EndsWith(string[] path, string[] end) => path.Length >= end.Length && path[^end.Length..].SequenceEqual(end);
}
