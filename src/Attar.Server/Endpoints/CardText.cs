using Attar.Evaluation.Report;

namespace Attar.Server.Endpoints;

/// <summary>A model's card as a page: of Markdown the blocks that cards are made of. All else, markup and links included, stays the text it is.</summary>
static class CardText
{
    /// <param name="card">README.md; what stands between two lines of <c>---</c> at its head is for the hub, and left out.</param>
    public static Html Draw(string card)
    {
        string[] lines = card.ReplaceLineEndings("\n").Split('\n');
        int at = lines[0] == "---" && Array.IndexOf(lines, "---", 1) is > 0 and int end ? end + 1 : 0;
        List<Html> blocks = [];
        while (at < lines.Length)
        {
            string line = lines[at];
            int first = at;
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                for (at++; at < lines.Length && !lines[at].StartsWith("```", StringComparison.Ordinal);) at++;
                blocks.Add(Html.Of($"""<pre tabindex="0">{lines[(first + 1)..Math.Min(at, lines.Length)].Select(code => Html.Of($"{code}\n"))}</pre>"""));
                at++;
            }
            else if (line.StartsWith('#')) blocks.Add(Html.Of($"<h3>{lines[at++].TrimStart('#').Trim()}</h3>"));
            else if (line.StartsWith("<!--", StringComparison.Ordinal) || line.Trim().Length == 0) at++;
            else if (IsItem(line)) blocks.Add(Html.Of($"<ul>{While(IsItem).Select(item => Html.Of($"<li>{Plain(item.TrimStart()[2..])}</li>"))}</ul>"));
            else if (IsRow(line)) blocks.Add(Table([.. While(IsRow)]));
            else blocks.Add(Html.Of($"<p>{Plain(string.Join(' ', While(text => text.Trim().Length > 0 && !IsItem(text) && !IsRow(text) && text[0] is not ('#' or '`'))))}</p>"));
        }
        return Html.Join("\n", blocks);

        IEnumerable<string> While(Func<string, bool> holds)
        {
            yield return lines[at++]; // at least the one that began the block
            while (at < lines.Length && holds(lines[at])) yield return lines[at++];
        }
    }

    static Html Table(string[] rows)
    {
        string[][] cells = [.. rows.Where(row => row.Any(c => c is not ('|' or '-' or ':' or ' '))).Select(row => row.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries))];
        return cells.Length == 0 ? default : Html.Of($"""
            <div class="scroll" tabindex="0" role="region" aria-label="Table of the card"><table><thead><tr>{cells[0].Select(cell => Html.Of($"<th scope=\"col\">{Plain(cell)}</th>"))}</tr></thead><tbody>{cells[1..].Select(row => Html.Of($"<tr>{row.Select(cell => Html.Of($"<td>{Plain(cell)}</td>"))}</tr>"))}</tbody></table></div>
            """);
    }

    /// <summary>Text with <c>code</c> between backquotes.</summary>
    static Html Plain(string text) => Html.Join("", text.Split('`').Select((part, i) => i % 2 == 1 ? Html.Of($"<code>{part}</code>") : Html.Of($"{part}")));

    static bool IsItem(string line) => line.TrimStart().StartsWith("- ", StringComparison.Ordinal) || line.TrimStart().StartsWith("* ", StringComparison.Ordinal);

    static bool IsRow(string line) => line.TrimStart().StartsWith('|');
}
