using System.Runtime.InteropServices;

namespace Attar.Tensors.Kernels.Cpu;

/// <summary>Working memory of one worker that grows to the largest request and stays.</summary>
sealed unsafe class Scratch(int slots) : IDisposable
{
    readonly nint[] addresses = new nint[slots];
    readonly long[] sizes = new long[slots];

    const int Slack = 16; // floats that a vector may write past the end

    public float* Get(int slot, long floats)
    {
        floats += Slack;
        if (sizes[slot] < floats)
        {
            NativeMemory.AlignedFree((void*)addresses[slot]);
            sizes[slot] = floats + floats / 2;
            addresses[slot] = (nint)NativeHeap.Allocate((nuint)(sizes[slot] * sizeof(float)));
        }
        return (float*)addresses[slot];
    }

    public void Dispose()
    {
        foreach (nint address in addresses) NativeMemory.AlignedFree((void*)address);
        Array.Clear(addresses);
        Array.Clear(sizes);
    }
}
