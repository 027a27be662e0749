using System.Globalization;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace Attar.Data.Reading;

/// <summary>Apache Parquet: a row group at a time, only the columns that are wanted. Lists of texts are joined; the rest of nested data is named by its path.</summary>
sealed class ParquetFormat : Format
{
    public override string Name => "parquet";

    public override string About => "Apache Parquet";

    public override bool HasHeader => true;

    public override bool Recognises(ForeignFile file) => file.Head.AsSpan().StartsWith("PAR1"u8);

    public override IEnumerable<Row> Read(ForeignFile file, FaultList faults, IReadOnlySet<string>? wanted = null)
    {
        ParquetReader reader;
        try
        {
            reader = Wait(ParquetReader.CreateAsync(file.Path));
        }
        catch (Exception fault) when (IsDamage(fault))
        {
            faults.Add(file.Path, $"damaged: {fault.Message.Split('\n')[0].TrimEnd('.')}; expected a whole Parquet file; make or fetch it again");
            yield break;
        }
        try
        {
            DataField[] fields = [.. reader.Schema.GetDataFields().Where(field => wanted is null || wanted.Contains(NameOf(field)))];
            var columns = new Columns();
            int[] places = [.. fields.Select(field => columns.Add(NameOf(field)))];
            var row = new Row(file.Path, columns);
            for (int index = 0; index < reader.RowGroupCount; index++)
            {
                using ParquetRowGroupReader group = reader.OpenRowGroupReader(index);
                string?[][] texts;
                try
                {
                    texts = [.. fields.Select(field => TextsOf(group, field))];
                }
                catch (Exception fault) when (IsDamage(fault))
                {
                    faults.Add(file.Path, $"row group {index + 1} is damaged: {fault.Message.Split('\n')[0].TrimEnd('.')}; expected a whole Parquet file; make or fetch it again");
                    yield break;
                }
                for (int at = 0; at < group.RowCount; at++)
                {
                    row.Clear();
                    row.Number++;
                    for (int field = 0; field < fields.Length; field++)
                        if (texts[field][at] is { } text) row.Set(places[field], text);
                    yield return row;
                }
            }
        }
        finally
        {
            Wait(reader.DisposeAsync().AsTask());
        }
    }

    /// <summary>A list's element has the list's name.</summary>
    static string NameOf(DataField field) => string.Join('.', field.Path.ToList().Where((part, i) => i == 0 || part is not ("list" or "element" or "item" or "array")));

    static string?[] TextsOf(ParquetRowGroupReader group, DataField field)
    {
        using RawColumnData data = Wait(group.ReadRawColumnDataBaseAsync(field).AsTask());
        int rows = (int)group.RowCount;
        return data switch
        {
            RawColumnData<ReadOnlyMemory<char>> texts => Assemble(texts, field, rows, text => text.ToString()),
            RawColumnData<ReadOnlyMemory<byte>> bytes => Assemble(bytes, field, rows, value => System.Text.Encoding.UTF8.GetString(value.Span)),
            RawColumnData<int> numbers => Assemble(numbers, field, rows, Text),
            RawColumnData<long> numbers => Assemble(numbers, field, rows, Text),
            RawColumnData<short> numbers => Assemble(numbers, field, rows, Text),
            RawColumnData<byte> numbers => Assemble(numbers, field, rows, Text),
            RawColumnData<float> numbers => Assemble(numbers, field, rows, Text),
            RawColumnData<double> numbers => Assemble(numbers, field, rows, Text),
            RawColumnData<decimal> numbers => Assemble(numbers, field, rows, Text),
            RawColumnData<bool> flags => Assemble(flags, field, rows, flag => flag ? "true" : "false"),
            RawColumnData<DateTime> times => Assemble(times, field, rows, Text),
            _ => new string?[rows],
        };

        static string Text<T>(T value) where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
    }

    /// <summary>One text a row: a repetition level of 0 begins a row, a full definition level takes a value (Dremel, Melnik and others 2010).</summary>
    static string?[] Assemble<T>(RawColumnData<T> data, DataField field, int rows, Func<T, string> text) where T : struct
    {
        var texts = new string?[rows];
        Span<int> definitions = field.MaxDefinitionLevel > 0 ? data.DefinitionLevels : [], repetitions = field.MaxRepetitionLevel > 0 ? data.RepetitionLevels : [];
        Span<T> values = data.Values;
        int entries = Math.Max(definitions.Length, values.Length), row = -1, next = 0;
        for (int i = 0; i < entries; i++)
        {
            if (repetitions.Length == 0 || repetitions[i] == 0) row++;
            if (definitions.Length > 0 && definitions[i] < field.MaxDefinitionLevel) continue;
            string value = text(values[next++]);
            texts[row] = texts[row] is { } before ? $"{before}, {value}" : value;
        }
        return texts;
    }

    static bool IsDamage(Exception fault) => fault is IOException or InvalidDataException or ParquetException or ArgumentException or NotSupportedException or IndexOutOfRangeException or OverflowException or InvalidOperationException;

    static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    static void Wait(Task task) => task.GetAwaiter().GetResult();
}
