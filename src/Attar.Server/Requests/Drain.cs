namespace Attar.Server.Requests;

/// <summary>Whether the server has begun to stop.</summary>
sealed class Drain
{
    volatile bool begun;

    public bool Begun => begun;

    public void Begin() => begun = true;
}
