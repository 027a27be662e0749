using System.Data;
using System.Data.Common;
using System.Text;

namespace Attar.Online.Storage;

/// <summary>Commands whose values are parameters.</summary>
static class Sql
{
    public static DbCommand Command(this DbConnection connection, string text, params ReadOnlySpan<object?> values)
    {
        DbCommand command = connection.CreateCommand();
        command.CommandText = text;
        for (int i = 0; i < values.Length; i++) command.Parameters.Add(Parameter(command, "p" + i, values[i], values[i]));
        return command;
    }

    public static async Task<int> Run(this DbConnection connection, string text, params object?[] values)
    {
        await using DbCommand command = connection.Command(text, values);
        return await command.ExecuteNonQueryAsync();
    }

    public static async Task<List<T>> Read<T>(this DbConnection connection, Func<DbDataReader, T> row, string text, params object?[] values)
    {
        await using DbCommand command = connection.Command(text, values);
        await using DbDataReader reader = await command.ExecuteReaderAsync();
        List<T> rows = [];
        while (await reader.ReadAsync()) rows.Add(row(reader));
        return rows;
    }

    /// <summary>Rows of values after <c>values</c>; what follows them is <paramref name="end"/>.</summary>
    /// <param name="kinds">A value of each column's type, for those that are null in a row.</param>
    public static DbCommand Rows(this DbConnection connection, string begin, IReadOnlyList<object?[]> rows, object[] kinds, string end)
    {
        DbCommand command = connection.CreateCommand();
        var text = new StringBuilder(begin);
        int number = 0;
        foreach (object?[] row in rows)
        {
            text.Append(number == 0 ? " values (" : ",(");
            for (int column = 0; column < row.Length; column++, number++)
            {
                text.Append(column == 0 ? "@p" : ",@p").Append(number);
                command.Parameters.Add(Parameter(command, "p" + number, row[column], kinds[column]));
            }
            text.Append(')');
        }
        command.CommandText = text.Append(' ').Append(end).ToString();
        return command;
    }

    static DbParameter Parameter(DbCommand command, string name, object? value, object? kind)
    {
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.DbType = kind switch { long => DbType.Int64, int => DbType.Int32, double => DbType.Double, _ => DbType.String };
        parameter.Value = value ?? DBNull.Value;
        return parameter;
    }

    public static string? TextOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
