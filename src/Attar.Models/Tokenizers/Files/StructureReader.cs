using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tokenizers.Files;

/// <param name="PrefixSpace">The first token's leading space was put there and is no space of the text.</param>
sealed record OffsetTrim(bool PrefixSpace);

/// <summary>The post-processors of tokenizer.json: what stands around texts, and whether offsets leave out white space.</summary>
static class StructureReader
{
    const string Known = "BertProcessing, ByteLevel, RobertaProcessing, Sequence, TemplateProcessing";

    public static (PairStructure Structure, OffsetTrim? Trim) Read(JsonPart? part) => part is { } some ? Read(some) : (PairStructure.None, null);

    static (PairStructure Structure, OffsetTrim? Trim) Read(JsonPart part) => part.Text("type") switch
    {
        "Sequence" => ReadSequence(part),
        "ByteLevel" => (PairStructure.None, ReadTrim(part)),
        "TemplateProcessing" => (ReadTemplate(part), null),
        "BertProcessing" => (ReadBert(part), null),
        "RobertaProcessing" => (ReadRoberta(part), ReadTrim(part)),
        _ => throw part.UnknownType(Known),
    };

    static (PairStructure, OffsetTrim?) ReadSequence(JsonPart part)
    {
        var all = part.Get("processors").Items().Select(Read).ToArray();
        PairStructure[] structures = [.. all.Select(one => one.Structure).Where(structure => structure != PairStructure.None)];
        if (structures.Length > 1) throw part.Fault("expected one processor that adds special tokens, the file has several");
        return (structures.FirstOrDefault(PairStructure.None), all.Select(one => one.Trim).FirstOrDefault(trim => trim != null));
    }

    static OffsetTrim? ReadTrim(JsonPart part) => part.Flag("trim_offsets", true) ? new OffsetTrim(part.Flag("add_prefix_space", true)) : null;

    static PairStructure ReadBert(JsonPart part)
    {
        int[] start = [IdOfPair(part, "cls")], separator = [IdOfPair(part, "sep")];
        StructurePart[] single = [new(-1, start, 0), new(0, [], 0), new(-1, separator, 0)];
        return new PairStructure(single, [.. single, new(1, [], 1), new(-1, separator, 1)]);
    }

    static PairStructure ReadRoberta(JsonPart part)
    {
        int[] start = [IdOfPair(part, "cls")], separator = [IdOfPair(part, "sep")];
        StructurePart[] single = [new(-1, start, 0), new(0, [], 0), new(-1, separator, 0)];
        return new PairStructure(single, [.. single, new(-1, separator, 0), new(1, [], 0), new(-1, separator, 0)]);
    }

    /// <summary><c>["[SEP]", 102]</c></summary>
    static int IdOfPair(JsonPart part, string key)
    {
        JsonPart pair = part.Get(key);
        return pair.Items().ToArray() is [_, var id] ? id.AsInteger() : throw pair.Wrong("a token and its id");
    }

    static PairStructure ReadTemplate(JsonPart part)
    {
        JsonPart? special = part.Find("special_tokens");
        return new PairStructure([.. part.Get("single").Items().Select(piece => ReadPiece(piece, special))], [.. part.Get("pair").Items().Select(piece => ReadPiece(piece, special))]);
    }

    static StructurePart ReadPiece(JsonPart piece, JsonPart? special)
    {
        if (piece.Find("Sequence") is { } sequence)
            return new StructurePart(sequence.Text("id") switch { "A" => 0, "B" => 1, _ => throw sequence.Get("id").Wrong("A or B") }, [], Segment(sequence));
        JsonPart token = piece.Get("SpecialToken");
        JsonPart ids = special?.Find(token.Text("id"))?.Get("ids") ?? throw token.Fault($"\"{token.Text("id")}\" is not in special_tokens");
        return new StructurePart(-1, [.. ids.Items().Select(id => id.AsInteger())], Segment(token));
    }

    static byte Segment(JsonPart part) => part.Integer("type_id", 0) is >= 0 and <= 255 and var segment ? (byte)segment : throw part.Get("type_id").Wrong("0 to 255");
}
