using System.Text.Json;

namespace Attar.Server.Requests;

/// <summary>Makes JSON that is nested without end readable: what lies deeper than anything a client could mean becomes empty.</summary>
static class DeepJson
{
    /// <summary>Empties in place the objects and lists of level <paramref name="deepest"/> that hold others; the outermost is level 1.</summary>
    /// <returns>How many tokens are left, or some more.</returns>
    /// <exception cref="JsonException">where it is no JSON.</exception>
    public static int Prune(Span<byte> json, int deepest)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        int begun = 0, left = 0;
        bool holds = false;
        while (reader.Read())
        {
            if (reader.CurrentDepth <= deepest) left++;
            bool starts = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray, ends = reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
            if (starts && reader.CurrentDepth == deepest - 1) (begun, holds) = ((int)reader.TokenStartIndex + 1, false);
            else if (starts && reader.CurrentDepth == deepest) holds = true;
            else if (ends && reader.CurrentDepth == deepest - 1 && holds) json[begun..(int)reader.TokenStartIndex].Fill((byte)' ');
        }
        return left;
    }
}
