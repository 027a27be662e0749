using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Attar.Online.Events;
using Attar.Online.Experiments;
using Attar.Online.Readout;
using Attar.Online.Simulation;
using Attar.Online.Statistics;
using Attar.Online.Storage;

namespace Attar.Cli.Commands;

/// <summary><c>attar experiment</c>: what online experiments have shown, their traffic and end, and proofs of their statistics.</summary>
static class ExperimentCommand
{
    public static Command Create(string verb, string help) => new(verb, help)
    {
        Report(), Set(), Forget(), PowerOf(), Simulate(),
    };

    static Argument<string> FileArgument() => Flag.Argument("FILE", "The file of experiments that attar serve --experiments has");

    static Command Report()
    {
        Argument<string> file = FileArgument();
        Option<string> name = Flag.Text("--name", null, "One experiment alone", "name");
        var command = new Command("report", "What each experiment has shown so far") { file, name };
        command.SetAction(parsed => Run(parsed, parsed.GetValue(file)!, async (_, store) =>
        {
            IEnumerable<ExperimentState> states = await store.States();
            if (parsed.GetValue(name) is { } one) states = [states.FirstOrDefault(state => state.Name == one) ?? throw Unknown(one, states)];
            List<ExperimentReport> reports = [];
            foreach (ExperimentState state in states) reports.Add(await Readouts.Of(store, state, TimeProvider.System.GetUtcNow()));
            var text = new StringWriter { NewLine = "\n" };
            foreach (ExperimentReport report in reports)
            {
                if (report != reports[0]) text.WriteLine();
                ReportText.Write(report, text);
            }
            if (reports.Count == 0) text.Write("no experiment yet");
            return new Result(new JsonObject { ["experiments"] = new JsonArray([.. reports.Select(ReportText.ToJson)]) }, text.ToString().TrimEnd());
        }));
        return command;
    }

    static Command Set()
    {
        Argument<string> file = FileArgument(), name = Flag.Argument("NAME", "The experiment");
        Option<double?> traffic = Flag.MaybeNumber("--traffic", "The share of clients that takes part from now on, 0 to 1");
        Option<bool> ramp = Flag.Switch("--ramp", "Traffic as the file's ramp has it again");
        Option<bool> stop = Flag.Switch("--stop", "Stop it: the control serves everybody");
        Option<bool> start = Flag.Switch("--start", "Let it run again, arms that were halted too");
        var command = new Command("set", "Change an experiment's traffic, stop it or let it run again; servers follow within seconds") { file, name, traffic, ramp, stop, start };
        command.SetAction(parsed => Run(parsed, parsed.GetValue(file)!, async (_, store) =>
        {
            string experiment = parsed.GetValue(name)!;
            double? share = parsed.GetValue(traffic);
            (bool stops, bool starts, bool ramps) = (parsed.GetValue(stop), parsed.GetValue(start), parsed.GetValue(ramp));
            if (share is not (null or (>= 0 and <= 1))) throw new InputException("--traffic", $"found {share}; expected a share from 0 to 1");
            if ((stops && starts) || (ramps && share is not null) || (share is null && !stops && !starts && !ramps)) throw new InputException("attar experiment set", "expected one of --traffic and --ramp, or one of --stop and --start");
            IReadOnlyList<ExperimentState> states = await store.States();
            if (!states.Any(state => state.Name == experiment)) throw Unknown(experiment, states);
            if (share is not null || ramps) await store.SetTraffic(experiment, share);
            if (stops || starts) await store.SetStopped(experiment, stops ? TimeProvider.System.GetUtcNow() : null);
            ExperimentState now = (await store.States()).Single(state => state.Name == experiment);
            string said = Readouts.StateOf(Experiment.OfDefinition(now.Definition), now, TimeProvider.System.GetUtcNow());
            return new Result(new JsonObject { ["name"] = experiment, ["state"] = said }, $"{experiment}: {said}");
        }));
        return command;
    }

    static Command Forget()
    {
        Argument<string> file = FileArgument(), client = Flag.Argument("CLIENT", "The client's identifier, as requests sent it");
        var command = new Command("forget", "Delete all that is kept of a client") { file, client };
        command.SetAction(parsed => Run(parsed, parsed.GetValue(file)!, async (settings, store) =>
        {
            if (!await store.HasSalt(settings.Salt)) throw new InputException("salt", $"is not the one that {settings.StoreName} was begun with, so its clients are not known by it");
            int deleted = await store.Forget(new ClientHash(settings.Salt).Of(parsed.GetValue(client)!));
            return new Result(new JsonObject { ["deleted"] = deleted }, deleted == 0 ? "nothing is kept of this client" : $"{deleted} queries and events deleted");
        }));
        return command;
    }

    static Command PowerOf()
    {
        Option<double?> rate = Flag.MaybeNumber("--rate", "A/B: the control's rate, such as .05 of the clients who buy");
        Option<double?> rise = Flag.MaybeNumber("--rise", "A/B: how much it shall rise, such as .002");
        Option<double?> share = Flag.MaybeNumber("--share", "Interleaving: share of the decided searches that the better one wins, such as .52");
        Option<double> decided = Flag.Number("--decided", .3, "Interleaving: share of the searches that are decided");
        Option<double> power = Flag.Number("--power", .8, "Share of the experiments that shall find it");
        var command = new Command("power", "How many clients or searches find an effect, with one look at the end") { rate, rise, share, decided, power };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed), watched: false, body: _ =>
        {
            double likely = parsed.GetValue(power);
            if (likely is not (> .05 and < 1)) throw new InputException("--power", $"found {likely}; expected a share between .05 and 1");
            if (parsed.GetValue(share) is { } won)
            {
                double of = parsed.GetValue(decided);
                if (won is not (> .5 and < 1)) throw new InputException("--share", $"found {won}; expected more than .5 and less than 1");
                if (of is not (> 0 and <= 1)) throw new InputException("--decided", $"found {of}; expected a share above 0");
                double searches = Math.Ceiling(Power.Decisions(won, likely) / of);
                return new Result(new JsonObject { ["searches"] = searches }, string.Create(CultureInfo.InvariantCulture, $"{searches:N0} searches"));
            }
            if (parsed.GetValue(rate) is not { } now || parsed.GetValue(rise) is not { } more) throw new InputException("attar experiment power", "expected --rate and --rise, or --share");
            if (now is not (> 0 and < 1) || more == 0 || now + more is not (> 0 and < 1)) throw new InputException("--rate", $"found {now} and {more}; expected rates between 0 and 1 that differ");
            double clients = Math.Ceiling(Power.ClientsOfRate(now, more, likely));
            return new Result(new JsonObject { ["clients_of_each_arm"] = clients }, string.Create(CultureInfo.InvariantCulture, $"{clients:N0} clients in each arm"));
        }));
        return command;
    }

    static Command Simulate()
    {
        var preset = new SimulationPlan();
        Option<int> experiments = Flag.Whole("--experiments", preset.Experiments, "Experiments without a difference, and as many with one", from: 1);
        Option<int> days = Flag.Whole("--days", preset.Days, "Days of each, with a look at the end of each day", from: 1);
        Option<int> interleaved = Flag.Whole("--interleaved", preset.Interleaved, "Searches a day of an interleaved one", from: 1);
        Option<int> clients = Flag.Whole("--clients", preset.Clients, "Clients a day of an A/B one", from: 2);
        Option<double> control = Flag.Number("--control-error", preset.Control, "How far the control errs, in grades"), treatment = Flag.Number("--treatment-error", preset.Treatment, "How far the better arm errs");
        Option<double> alike = Flag.Number("--alike", preset.Alike, "How much the errors of both correlate where they rank one search, 0 to 1");
        var command = new Command("simulate", "Prove the statistics on simulated shoppers: false alarms, power, and how much interleaving saves") { experiments, days, interleaved, clients, control, treatment, alike };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed), execution =>
        {
            SimulationPlan plan = new(parsed.GetValue(experiments), parsed.GetValue(days), parsed.GetValue(interleaved), parsed.GetValue(clients), parsed.GetValue(control), parsed.GetValue(treatment), parsed.GetValue(alike));
            if (!(plan.Control > 0 && plan.Treatment > 0)) throw new InputException("--control-error", "expected errors above 0");
            if (plan.Alike is not (>= 0 and <= 1)) throw new InputException("--alike", $"found {plan.Alike}; expected a correlation from 0 to 1");
            ulong seed = execution.Options.SeedGiven ?? CommonOptions.DefaultSeed;
            SimulationResult result = Simulations.Run(SimulatedShop.Of(seed, execution.Progress), Shopper.Usual, plan, seed, execution.Options.ThreadsGiven ?? Environment.ProcessorCount, execution.Progress, execution.Cancel);
            return new Result(SimulationText.ToJson(result), SimulationText.Of(result));
        }));
        return command;
    }

    static InputException Unknown(string name, IEnumerable<ExperimentState> states) => new("NAME", $"no experiment '{name}' in the store; it has: {string.Join(", ", states.Select(state => state.Name).DefaultIfEmpty("none"))}");

    static int Run(ParseResult parsed, string file, Func<OnlineSettings, OnlineStore, Task<Result>> body) =>
        Execution.Run(CommonOptions.Read(parsed), watched: false, body: _ => StoreAccess.With(file, made: true, body));
}
