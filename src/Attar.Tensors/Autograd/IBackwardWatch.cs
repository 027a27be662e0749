namespace Attar.Tensors.Autograd;

/// <summary>Follows a tape on its way back, to know when a parameter has the last of its gradient.</summary>
interface IBackwardWatch
{
    /// <summary>The step under way adds to a parameter's gradient.</summary>
    void Touched(Parameter parameter);

    /// <summary>A recorded step has run; they run from the last one, <paramref name="steps"/> - 1, to 0.</summary>
    void Passed(int step, int steps);
}
