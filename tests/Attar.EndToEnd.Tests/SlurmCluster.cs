using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Attar.EndToEnd.Tests;

/// <summary>
/// Slurm's controller and one machine of two processors on this host, in a folder of its own: no service of the system, no munge, no accounting, no cgroups.
/// It is told to be patient, for tests run beside much else: messages may take half a minute, and a machine that is silent is not given up.
/// </summary>
sealed class SlurmCluster : IDisposable
{
    static readonly string[] programs = ["slurmctld", "slurmd", "sbatch"];
    static readonly TimeSpan patience = TimeSpan.FromMinutes(5), pause = TimeSpan.FromSeconds(1);

    readonly AttarProcess attar;
    readonly List<Process> daemons = [];

    /// <param name="attar">In whose folder everything is kept, and whose commands are sent to it.</param>
    public SlurmCluster(AttarProcess attar)
    {
        this.attar = attar;
        string missing = string.Join(", ", programs.Where(program => !AttarProcess.Has(program)));
        Assert.SkipUnless(missing.Length == 0, $"Slurm is not installed: no {missing} (apt-get install slurmctld slurmd slurm-client)");
        attar.Variables["SLURM_CONF"] = attar.Write("slurm/slurm.conf", Configuration());
        Directory.CreateDirectory(attar.PathOf("slurm", "state"));
        Directory.CreateDirectory(attar.PathOf("slurm", "spool"));
        daemons.Add(Daemon("slurmctld"));
        daemons.Add(Daemon("slurmd"));
        bool isUp = Until(() => Said("sinfo", "--noheader", "--format=%t") is "idle" or "mix" or "alloc" || daemons.Any(daemon => daemon.HasExited));
        if (isUp && !daemons.Any(daemon => daemon.HasExited)) return;
        string log = Log();
        Dispose();
        Assert.Skip($"Slurm does not start here: {log}");
    }

    /// <summary>Submits a job.</summary>
    /// <returns>Its number.</returns>
    public string Submit(params string[] arguments)
    {
        using Process sbatch = Start("sbatch", ["--parsable", .. arguments]);
        Printed printed = AttarProcess.WaitFor(sbatch);
        Assert.True(printed.Code == 0, printed.Error);
        return printed.Out.Trim();
    }

    /// <summary>Waits until a job ended, by what the controller says of it: the files of a task may be whole before it is.</summary>
    /// <returns>How.</returns>
    public string End(string job)
    {
        string state = "";
        bool ended = Until(() => (state = Said("squeue", "--noheader", "--states=all", "--format=%T", $"--jobs={job}")) is not ("" or "PENDING" or "CONFIGURING" or "RUNNING" or "COMPLETING"));
        return ended ? state : $"{state} after {patience.TotalMinutes} min; {Log()}";
    }

    string Log() => string.Join("; ", Directory.GetFiles(attar.PathOf("slurm"), "*.log").Select(log => $"{Path.GetFileName(log)}: {File.ReadLines(log).LastOrDefault()}"));

    /// <summary>What a program prints; a controller that has no time yet is asked again.</summary>
    string Said(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        return AttarProcess.WaitFor(process).Out.Trim();
    }

    Process Daemon(string program)
    {
        Process process = Start(program, "-D");
        process.BeginOutputReadLine(); // a full pipe would hold it up
        process.BeginErrorReadLine();
        return process;
    }

    Process Start(string program, params string[] arguments) => attar.StartOther(program, arguments);

    static bool Until(Func<bool> holds)
    {
        long began = Stopwatch.GetTimestamp();
        while (!holds())
        {
            if (Stopwatch.GetElapsedTime(began) > patience) return false;
            Thread.Sleep(pause);
        }
        return true;
    }

    string Configuration()
    {
        string host = Dns.GetHostName().Split('.')[0], folder = attar.PathOf("slurm");
        return $"""
            ClusterName=attar
            SlurmctldHost={host}(127.0.0.1)
            SlurmctldPort={FreePort()}
            SlurmdPort={FreePort()}
            SlurmUser={Environment.UserName}
            SlurmdUser={Environment.UserName}
            AuthType=auth/none
            CredType=cred/none
            StateSaveLocation={folder}/state
            SlurmdSpoolDir={folder}/spool
            SlurmctldPidFile={folder}/slurmctld.pid
            SlurmdPidFile={folder}/slurmd.pid
            SlurmctldLogFile={folder}/slurmctld.log
            SlurmdLogFile={folder}/slurmd.log
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            JobAcctGatherType=jobacct_gather/none
            AccountingStorageType=accounting_storage/none
            MpiDefault=none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_CPU
            SchedulerType=sched/builtin
            SchedulerParameters=batch_sched_delay=0,sched_interval=2
            MessageTimeout=30
            BatchStartTimeout=300
            UnkillableStepTimeout=600
            SlurmdTimeout=0
            MinJobAge=3600
            ReturnToService=2
            SlurmdParameters=config_overrides
            NodeName={host} NodeAddr=127.0.0.1 CPUs=2
            PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE

            """;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        if (daemons.Count > 0 && !daemons[0].HasExited) Said("scancel", "--signal=KILL", "--user", Environment.UserName);
        foreach (Process daemon in daemons)
        {
            daemon.Kill();
            daemon.WaitForExit();
            daemon.Dispose();
        }
        daemons.Clear();
    }
}
