namespace Attar.Server.Connections;

/// <summary>
/// The connections that are open. Where there are as many as may be, the one that has been idle longest is closed for the next;
/// where none is idle, a few more are let in, on which only health is answered: whoever watches the server always reaches it.
/// </summary>
/// <param name="most">Connections on which everything is answered.</param>
sealed class OpenConnections(int most)
{
    const int ForHealth = 32;

    readonly Lock gate = new();
    readonly LinkedList<OpenConnection> idle = [], idleForHealth = []; // longest idle first
    int open;

    /// <param name="close">Ends the connection; called at most once, from another thread.</param>
    public OpenConnection Open(Action close)
    {
        OpenConnection? leaves = null;
        OpenConnection arrives = new(close);
        lock (gate)
        {
            if (++open > most)
            {
                leaves = idle.First?.Value;
                arrives.ForHealth = leaves is null;
                if (open > most + ForHealth) leaves ??= idleForHealth.First?.Value;
                if (leaves is not null) Leave(leaves);
            }
            Rest(arrives);
        }
        leaves?.Close();
        return arrives;
    }

    /// <summary>A request has come.</summary>
    /// <returns>Whether everything may be answered, not health alone.</returns>
    public bool Begin(OpenConnection connection)
    {
        lock (gate)
        {
            connection.Place?.List?.Remove(connection.Place);
            connection.ForHealth &= open > most; // others have gone meanwhile
            return !connection.ForHealth;
        }
    }

    /// <summary>Its answer was written.</summary>
    public void End(OpenConnection connection)
    {
        lock (gate)
            if (!connection.HasLeft) Rest(connection);
    }

    public void Closed(OpenConnection connection)
    {
        lock (gate)
            if (!connection.HasLeft) Leave(connection);
    }

    void Rest(OpenConnection connection) => connection.Place = (connection.ForHealth ? idleForHealth : idle).AddLast(connection);

    void Leave(OpenConnection connection)
    {
        connection.HasLeft = true;
        connection.Place?.List?.Remove(connection.Place);
        open--;
    }
}

/// <summary>One connection; what changes does so under the lock of the <see cref="OpenConnections"/>.</summary>
sealed class OpenConnection(Action close)
{
    public bool ForHealth { get; set; }
    public bool HasLeft { get; set; }
    public LinkedListNode<OpenConnection>? Place { get; set; }

    public void Close() => close();
}
