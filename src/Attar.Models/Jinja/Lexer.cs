using System.Text;

namespace Attar.Models.Jinja;

/// <summary>What a piece of a template is.</summary>
enum TokenKind { Text, OutputBegin, OutputEnd, BlockBegin, BlockEnd, Name, Number, String, Sign, End }

/// <param name="Text">A string's is unescaped.</param>
readonly record struct Token(TokenKind Kind, string Text, int Line);

/// <summary>A template as tokens: text between tags, and what stands in tags.</summary>
static class Lexer
{
    const int MostInTag = 2000; // tokens: what is evaluated nests no deeper

    static readonly string[] signs = ["==", "!=", "<=", ">=", "//", "**", "(", ")", "[", "]", "{", "}", ".", ",", ":", "|", "~", "+", "-", "*", "/", "%", "<", ">", "="];

    public static List<Token> Read(string source)
    {
        string text = source.Replace("\r\n", "\n").Replace('\r', '\n');
        if (text.EndsWith('\n')) text = text[..^1]; // Jinja's keep_trailing_newline is off
        var tokens = new List<Token>();
        int at = 0, line = 1;
        bool strip = false; // white space behind the last tag
        while (at < text.Length)
        {
            int tag = NextTag(text, at);
            string before = text[at..tag];
            int next = line + before.Count(c => c == '\n');
            if (strip) before = before.TrimStart();
            strip = false;
            if (tag == text.Length)
            {
                Add(before);
                break;
            }
            char kind = text[tag + 1], control = tag + 2 < text.Length ? text[tag + 2] : ' ';
            if (control == '-') before = before.TrimEnd();
            else if (kind != '{' && control != '+') before = WithoutIndent(before, startsLine: tag - at == before.Length && (at == 0 || text[at - 1] == '\n'));
            Add(before);
            line = next;
            int from = tag + (control is '-' or '+' ? 3 : 2);
            at = kind == '#' ? EndOfComment(text, from, line) : ReadTag(text, from, kind, tokens, ref line);
            if (kind == '#') line += text[from..at].Count(c => c == '\n');
            char last = text[at - 3];
            strip = last == '-' && at - 3 >= from;
            if (kind != '{' && last != '+' && !strip && at < text.Length && text[at] == '\n')
            {
                at++; // trim_blocks
                line++;
            }

            void Add(string piece)
            {
                if (piece.Length > 0) tokens.Add(new Token(TokenKind.Text, piece, line));
            }
        }
        tokens.Add(new Token(TokenKind.End, "", line));
        return tokens;
    }

    static int NextTag(string text, int from)
    {
        for (int at = from; (at = text.IndexOf('{', at)) >= 0 && at + 1 < text.Length; at++)
            if (text[at + 1] is '{' or '%' or '#') return at;
        return text.Length;
    }

    /// <summary>lstrip_blocks: a line's white space before a block goes.</summary>
    /// <param name="startsLine">The text begins a line.</param>
    static string WithoutIndent(string text, bool startsLine)
    {
        int end = text.Length;
        while (end > 0 && text[end - 1] is ' ' or '\t') end--;
        return end == 0 ? startsLine ? "" : text : text[end - 1] == '\n' ? text[..end] : text;
    }

    static int EndOfComment(string text, int from, int line) =>
        text.IndexOf("#}", from, StringComparison.Ordinal) is >= 0 and var end ? end + 2 : throw new JinjaException($"line {line}: a comment has no end; expected #}}");

    /// <returns>Where the text behind the tag begins.</returns>
    static int ReadTag(string text, int at, char kind, List<Token> tokens, ref int line)
    {
        bool output = kind == '{';
        int begun = line, depth = 0, first = tokens.Count;
        tokens.Add(new Token(output ? TokenKind.OutputBegin : TokenKind.BlockBegin, "", line));
        while (at < text.Length)
        {
            if (tokens.Count - first > MostInTag) throw new JinjaException($"line {begun}: a tag has more than {MostInTag} words and signs");
            char c = text[at];
            if (char.IsWhiteSpace(c))
            {
                if (c == '\n') line++;
                at++;
                continue;
            }
            int sign = c is '-' or '+' ? 1 : 0;
            if (depth == 0 && at + sign + 1 < text.Length && text[at + sign] == (output ? '}' : '%') && text[at + sign + 1] == '}')
            {
                tokens.Add(new Token(output ? TokenKind.OutputEnd : TokenKind.BlockEnd, "", line));
                return at + sign + 2;
            }
            if (c is '\'' or '"') at = ReadString(text, at, tokens, ref line);
            else if (char.IsAsciiDigit(c)) at = ReadRun(TokenKind.Number, text, at, line, tokens, (d, i) => char.IsAsciiDigit(d) || d == '.' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]));
            else if (char.IsLetter(c) || c == '_') at = ReadRun(TokenKind.Name, text, at, line, tokens, (d, _) => char.IsLetterOrDigit(d) || d == '_');
            else
            {
                string found = Array.Find(signs, known => string.CompareOrdinal(text, at, known, 0, known.Length) == 0) ?? throw new JinjaException($"line {line}: '{c}' stands for nothing here");
                if (found == "{") depth++;
                if (found == "}") depth--;
                tokens.Add(new Token(TokenKind.Sign, found, line));
                at += found.Length;
            }
        }
        throw new JinjaException($"line {begun}: a tag has no end; expected {(output ? "}}" : "%}")}");
    }

    static int ReadRun(TokenKind kind, string text, int from, int line, List<Token> tokens, Func<char, int, bool> belongs)
    {
        int at = from;
        while (at < text.Length && belongs(text[at], at)) at++;
        tokens.Add(new Token(kind, text[from..at], line));
        return at;
    }

    static int ReadString(string text, int from, List<Token> tokens, ref int line)
    {
        var value = new StringBuilder();
        int begun = line;
        for (int at = from + 1; at < text.Length; at++)
        {
            char c = text[at];
            if (c == text[from])
            {
                tokens.Add(new Token(TokenKind.String, value.ToString(), begun));
                return at + 1;
            }
            if (c == '\n') line++;
            if (c != '\\' || at + 1 == text.Length) value.Append(c);
            else
                value.Append(text[++at] switch
                {
                    'n' => "\n",
                    't' => "\t",
                    'r' => "\r",
                    '\\' or '\'' or '"' => text[at].ToString(),
                    'u' when at + 4 < text.Length && int.TryParse(text.AsSpan(at + 1, 4), System.Globalization.NumberStyles.HexNumber, null, out int code) => Unicode(code, ref at),
                    'x' or 'u' or 'U' or 'N' or 'a' or 'b' or 'f' or 'v' or (>= '0' and <= '7') => throw new JinjaException($"line {line}: the escape \\{text[at]} is not known here; write the character itself"),
                    var other => $"\\{other}", // as in Python
                });
        }
        throw new JinjaException($"line {begun}: a text has no end; expected {text[from]}");

        static string Unicode(int code, ref int at)
        {
            at += 4;
            return ((char)code).ToString();
        }
    }
}
