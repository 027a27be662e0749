using System.Text;
using System.Text.RegularExpressions;

namespace Attar.EndToEnd.Tests;

/// <summary>Which namespaces of the source know which: by their using lines, and a child its parents, which it sees without one, by the names of their types.</summary>
sealed partial class NamespaceGraph
{
    readonly SortedDictionary<string, SortedSet<string>> imports = new(StringComparer.Ordinal);

    NamespaceGraph(IEnumerable<(string Name, IEnumerable<string> Imports)> entries)
    {
        foreach (var (name, known) in entries)
        {
            if (!imports.TryGetValue(name, out SortedSet<string>? all)) imports[name] = all = new(StringComparer.Ordinal);
            all.UnionWith(known);
        }
        foreach (var (name, known) in imports) known.RemoveWhere(import => import == name || !imports.ContainsKey(import));
    }

    /// <param name="folder">Whose files, and those of the folders in it, are read.</param>
    public static NamespaceGraph Of(string folder)
    {
        (string Name, string Text)[] files =
        [
            .. from file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
               where !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin")
               let text = File.ReadAllText(file)
               let own = Own().Match(text)
               where own.Success
               select (own.Groups[1].Value, text),
        ];
        ILookup<string, string> types = files.SelectMany(file => Declared().Matches(file.Text).Select(type => (file.Name, Type: type.Groups[1].Value))).ToLookup(entry => entry.Name, entry => entry.Type);
        return new(files.Select(file => (file.Name, Import().Matches(file.Text).Select(import => import.Groups["name"].Value).Concat(ParentsOf(file.Name, file.Text)))));

        IEnumerable<string> ParentsOf(string name, string text)
        {
            HashSet<string> words = [.. Word().Matches(Unread().Replace(text, "")).Select(word => word.Value)];
            words.ExceptWith(types[name]); // the nearer one is meant
            for (int dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
                if (words.Overlaps(types[name[..dot]])) yield return name[..dot];
        }
    }

    /// <summary>The folders right below a namespace, whatever lies in them, and the namespace itself by its last name.</summary>
    public NamespaceGraph Folders(string of)
    {
        string? FolderOf(string name) => name == of ? of.Split('.')[^1] : name.StartsWith(of + ".", StringComparison.Ordinal) ? name[(of.Length + 1)..].Split('.')[0] : null;
        return new(from entry in imports
                   let folder = FolderOf(entry.Key)
                   where folder is not null
                   select (folder, entry.Value.Select(FolderOf).OfType<string>()));
    }

    /// <summary>Sets of namespaces that reach each other, by their names (Tarjan 1972).</summary>
    public IReadOnlyList<string[]> Circles()
    {
        var found = new List<string[]>();
        var number = new Dictionary<string, int>();
        var lowest = new Dictionary<string, int>();
        var path = new Stack<string>();
        foreach (string name in imports.Keys)
            if (!number.ContainsKey(name)) Visit(name);
        return found;

        void Visit(string name)
        {
            number[name] = lowest[name] = number.Count;
            path.Push(name);
            foreach (string import in imports[name])
            {
                if (!number.ContainsKey(import)) Visit(import);
                if (path.Contains(import)) lowest[name] = Math.Min(lowest[name], lowest[import]);
            }
            if (lowest[name] != number[name]) return;
            var circle = new List<string>();
            do circle.Add(path.Pop()); while (circle[^1] != name);
            if (circle.Count > 1) found.Add([.. circle.Order(StringComparer.Ordinal)]);
        }
    }

    /// <summary>As Mermaid draws it: an arrow from each to those it imports, but for those that it reaches through others anyway.</summary>
    public string Picture()
    {
        var picture = new StringBuilder("```mermaid\ngraph TD\n");
        foreach (var (name, known) in imports)
            foreach (string next in known.Where(next => !known.Any(other => other != next && Reaches(other, next, [name])))) picture.Append($"  {name} --> {next}\n");
        return picture.Append("```\n").ToString();
    }

    bool Reaches(string from, string wanted, HashSet<string> seen) => seen.Add(from) && (imports[from].Contains(wanted) || imports[from].Any(next => Reaches(next, wanted, seen)));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Own();

    /// <summary>A namespace, or that of a type.</summary>
    [GeneratedRegex(@"^using (?:(?:static |\w+ = )(?<name>Attar[\w.]*)\.\w+|(?<name>Attar[\w.]*));", RegexOptions.Multiline)]
    private static partial Regex Import();

    [GeneratedRegex(@"^(?:[a-z]+ )*(?:class|struct|record|interface|enum|delegate [^(;]+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declared();

    /// <summary>Using lines, comments, and texts that hold no code.</summary>
    [GeneratedRegex(@"^using .*|//.*|""[^""\n{]*""", RegexOptions.Multiline)]
    private static partial Regex Unread();

    /// <summary>That could name a type: no member of something.</summary>
    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*")]
    private static partial Regex Word();
}
