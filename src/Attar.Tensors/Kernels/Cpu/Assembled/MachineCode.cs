using System.Runtime.InteropServices;
using Iced.Intel;

namespace Attar.Tensors.Kernels.Cpu.Assembled;

/// <summary>Instructions that .NET has no intrinsics for, assembled at run time and made executable. For x86-64 with the System V calling convention.</summary>
static unsafe partial class MachineCode
{
    const int Read = 1, Write = 2, Execute = 4, PrivateAnonymous = 0x22;

    /// <summary>Whether this system has the calling convention and the calls to map memory.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>A function's address; never freed.</summary>
    /// <returns>0 where the system refuses executable memory.</returns>
    public static nint Compile(Assembler assembler)
    {
        var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), 0);
        return Executable(stream.ToArray());
    }

    static nint Executable(byte[] code)
    {
        try
        {
            nint memory = Map(0, (nuint)code.Length, Read | Write, PrivateAnonymous, -1, 0);
            if (memory == -1) return 0;
            Marshal.Copy(code, 0, memory, code.Length);
            return Protect(memory, (nuint)code.Length, Read | Execute) == 0 ? memory : 0;
        }
        catch (Exception fault) when (fault is DllNotFoundException or EntryPointNotFoundException) // a C library of another name
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);
}
