using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Attar.Tensors.Kernels.Cpu.Assembled;

/// <summary>A 12x32 tile of dot products in 512-bit registers: each step takes four bytes of a row of A, four of a column of B, and adds what they give to 32 bits of C.</summary>
/// <remarks>24 registers accumulate, two hold B, six take turns for A.</remarks>
static class DotTileCode
{
    public const int Rows = 12, Columns = 32;
    const int VectorBytes = 64, RowsPerBase = 3, RegistersOfA = 6, ArgumentsAt = 2 * sizeof(ulong); // above rbx and the return address

    /// <summary>What becomes of the sums: takes them from <see cref="Sum"/> to memory. All but rsp, r8 and r9 is free by then.</summary>
    public delegate void Finish(Assembler code, AssemblerRegister64 arguments);

    /// <summary>A function (steps in rdi, A in rsi, bytes between its rows in rdx, B in rcx, C in r8, bytes between its rows in r9, on the stack what the first-level cache is asked for, and more for what finishes).</summary>
    /// <param name="step">Bytes from one step of A to the next.</param>
    /// <param name="ahead">Bytes asked for in a step: a strip of B serves some tiles, and each asks for its share of the next.</param>
    /// <param name="dot">Adds the dot products of (a register of A, one of B) to a register of C.</param>
    /// <param name="finish">Is given a register that points to the arguments on the stack.</param>
    public static Assembler Assemble(int step, int ahead, Action<Assembler, AssemblerRegisterZMM, AssemblerRegisterZMM, AssemblerRegisterZMM> dot, Finish finish)
    {
        var code = new Assembler(64);
        AssemblerRegister64[] bases = [rsi, rax, r10, r11]; // rows 0, 3, 6, 9 of A
        code.push(rbx);
        code.mov(rbx, __qword_ptr[rsp + ArgumentsAt]);
        code.lea(rax, __[rdx + rdx * 2]);
        code.lea(r10, __[rsi + rax * 2]);
        code.lea(r11, __[r10 + rax]);
        code.add(rax, rsi);
        for (int i = 0; i < 2 * Rows; i++) code.vpxord(Registers[i], Registers[i], Registers[i]);
        Label loop = code.CreateLabel(), done = code.CreateLabel();
        code.test(rdi, rdi);
        code.jz(done);
        code.Label(ref loop);
        code.prefetcht0(__byte_ptr[rbx]);
        for (int half = 0; half < 2; half++) code.vmovdqu32(Free[half], __zmmword_ptr[rcx + half * VectorBytes]);
        for (int row = 0; row < Rows; row++)
        {
            AssemblerRegister64 at = bases[row / RowsPerBase];
            AssemblerRegisterZMM a = Free[2 + row % RegistersOfA];
            code.vpbroadcastd(a, __dword_ptr[(row % RowsPerBase) switch { 0 => at + 0, 1 => at + rdx, _ => at + rdx * 2 }]);
            for (int half = 0; half < 2; half++) dot(code, Sum(row, half), a, Free[half]);
        }
        foreach (AssemblerRegister64 at in bases) code.add(at, step);
        code.add(rcx, 2 * VectorBytes);
        code.add(rbx, ahead);
        code.dec(rdi);
        code.jnz(loop);
        code.Label(ref done);
        code.lea(rbx, __[rsp + ArgumentsAt]);
        finish(code, rbx);
        code.vzeroupper();
        code.pop(rbx);
        code.ret();
        return code;
    }

    /// <summary>The register of a row's sums, of its first or second 16 columns.</summary>
    public static AssemblerRegisterZMM Sum(int row, int half) => Registers[2 * row + half];

    /// <summary>The registers that hold no sums.</summary>
    public static ReadOnlySpan<AssemblerRegisterZMM> Free => Registers.AsSpan(2 * Rows);

    public static AssemblerMemoryOperand Half(AssemblerRegister64 at, int half) => __zmmword_ptr[at + half * VectorBytes];

    static readonly AssemblerRegisterZMM[] Registers =
    [
        zmm0, zmm1, zmm2, zmm3, zmm4, zmm5, zmm6, zmm7, zmm8, zmm9, zmm10, zmm11, zmm12, zmm13, zmm14, zmm15,
        zmm16, zmm17, zmm18, zmm19, zmm20, zmm21, zmm22, zmm23, zmm24, zmm25, zmm26, zmm27, zmm28, zmm29, zmm30, zmm31,
    ];
}
