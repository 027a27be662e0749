using System.Reflection;
using Attar.Tensors.Kernels;

namespace Attar.Studies;

/// <summary>Kernels that compute nothing: the time a step still takes is that of the tape and its batches, without any mathematics. Calls go through reflection, so it is rather too long.</summary>
class EmptyKernels : DispatchProxy
{
    public static IKernels Create() => Create<IKernels, EmptyKernels>();

    protected override object? Invoke(MethodInfo? method, object?[]? arguments)
    {
        if (method!.Name == nameof(IKernels.Concurrently)) Sequentially((int)arguments![0]!, (Action<int, int, IKernels>)arguments[1]!);
        return method.ReturnType == typeof(int) ? 1 : method.ReturnType == typeof(double) ? 0d : null; // threads, sum of squares
    }

    void Sequentially(int tasks, Action<int, int, IKernels> body)
    {
        for (int task = 0; task < tasks; task++) body(task, 0, (IKernels)(object)this);
    }
}
