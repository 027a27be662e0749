using System.Xml;

namespace Attar.Data.Reading;

/// <summary>A product feed in XML as Google Merchant Center takes it: RSS 2.0 items or Atom entries with elements of the namespace <c>g</c>.</summary>
sealed class MerchantFeed : Format
{
    const string Merchant = "http://base.google.com/ns/1.0";

    public override string Name => "merchant-xml";

    public override string About => "Google Merchant feed: RSS items or Atom entries";

    public override bool Recognises(ForeignFile file) => file.Text.TrimStart().StartsWith('<') && (file.Text.Contains(Merchant, StringComparison.Ordinal) || file.Text.Contains("<rss", StringComparison.Ordinal) || file.Text.Contains("<feed", StringComparison.Ordinal));

    public override IEnumerable<Row> Read(ForeignFile file, FaultList faults, IReadOnlySet<string>? wanted = null)
    {
        using Stream stream = file.OpenText();
        using var text = new StreamReader(stream); // the declaration may name another encoding than the text now has
        using var xml = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, IgnoreComments = true, XmlResolver = null });
        var row = new Row(file.Path, new Columns());
        while (true)
        {
            bool any;
            try
            {
                any = NextItem(xml, row);
            }
            catch (XmlException fault)
            {
                faults.Add($"{file.Path}:{fault.LineNumber}", $"broken XML: {fault.Message.Split('.')[0]}; expected a feed of items; make the file again");
                yield break;
            }
            if (!any) yield break;
            row.Number++;
            yield return row;
        }
    }

    static bool NextItem(XmlReader xml, Row row)
    {
        while (xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element || xml.LocalName is not ("item" or "entry")) continue;
            row.Clear();
            row.Line = (xml as IXmlLineInfo)?.LineNumber ?? 0;
            int depth = xml.Depth;
            if (xml.IsEmptyElement) return true;
            xml.Read();
            while (xml.Depth > depth)
            {
                if (xml.NodeType != XmlNodeType.Element)
                {
                    xml.Read();
                    continue;
                }
                string name = xml.LocalName, value = Value(xml).Trim();
                if (value.Length > 0) row.Set(name, row[name] is { Length: > 0 } before ? $"{before}, {value}" : value);
            }
            return true;
        }
        return false;
    }

    /// <summary>The text of an element, whatever is nested in it; then the reader stands behind it.</summary>
    static string Value(XmlReader xml)
    {
        if (xml.IsEmptyElement)
        {
            xml.Read();
            return "";
        }
        int depth = xml.Depth;
        var parts = new List<string>();
        while (xml.Read() && xml.Depth > depth)
            if (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA) parts.Add(xml.Value);
        xml.Read();
        return string.Join(' ', parts);
    }
}
