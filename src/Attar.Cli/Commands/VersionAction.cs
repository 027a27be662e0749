using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Cli.Commands;

/// <summary><c>attar --version</c>: what somebody else needs to know to see what this program did.</summary>
sealed class VersionAction : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parsed)
    {
        parsed.InvocationConfiguration.Output.WriteLine(Line);
        return 0;
    }

    /// <summary><c>0.2.0, commit 0123456789ab, X64, Vector512, 8 bits by Vnni512, bfloat16</c>; a build outside a repository knows no commit.</summary>
    static string Line
    {
        get
        {
            string[] version = typeof(VersionAction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+');
            string commit = version is [_, { Length: >= 12 } hash, ..] ? hash[..12] : "unknown";
            using var kernels = new CpuKernels(threads: 1);
            return $"{version[0]}, commit {commit}, {RuntimeInformation.ProcessArchitecture}, {kernels.Described}";
        }
    }
}
