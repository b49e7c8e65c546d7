using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Agent.HostLife;
using Reconciler.Agent.HostLife.Service;
using Reconciler.Agent.HostLife.Starting;
using Reconciler.Agent.HostLife.State;
using Reconciler.Agent.HostLife.Stopping;
using Reconciler.Agent.Hosts;
using Reconciler.Agent.Storage.Tools;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;

namespace Reconciler.Agent.Commands;

/// <content>What the service of the host runs, and what installs it.</content>
internal static partial class AgentCommand
{
    private static readonly Option<TimeSpan> Budget = new("--budget")
    {
        Description = "All the time that the stop may take, such as 90s, 5m or 1h. What is not down by then is said, and destroyed where its shutdown.onTimeout says so.",
        DefaultValueFactory = _ => TimeSpan.FromMinutes(5),
        CustomParser = DurationOf,
    };

    private static readonly Option<bool> BelieveKept = new("--start-from-kept-state")
    {
        Description = "Start domains as long as the API server does not answer. Only where nobody fences this host, and places its domains elsewhere, "
            + "without keeping it from coming up: otherwise a domain may run twice.",
    };

    private static readonly Option<DirectoryInfo> Root = new("--root")
    {
        Description = "The root directory of the host. Default: the host's own, from a pod that shares its process ids, too.",
        DefaultValueFactory = _ => new DirectoryInfo(HostTools.Root),
    };

    private static readonly Option<HostInit?> Init = new("--init") { Description = "systemd or openrc. Default: what the host has." };

    private static Command HostStop()
    {
        var command = new Command("host-stop", "Shuts the domains of this host down, in the reverse of startOrder and within one budget. Run by the host's service when the host stops.") { Budget, State, Host };
        command.SetAction(async (result, cancellationToken) =>
        {
            var (kind, paths) = HostLifeOf(result);
            if (paths is null) return Complain("a simulated host keeps nothing without --state");
            await using var host = XenHosts.Open(kind, AllowedOf(result), SimulatedStateOf(result), NullLoggerFactory.Instance);
            using var stop = new HostStop(host, KeptDomains.Open(paths.Kept), new HostStopMark(paths.StopMark), TimeProvider.System, Say);
            var stopped = await stop.RunAsync(result.GetValue(Budget), cancellationToken);
            foreach (var left in stopped.Left) Say($"left: {left}");
            Say(stopped.Succeeded ? $"done: {stopped.Down} down" : $"ended with {stopped.Left.Count} left");
            return stopped.Succeeded ? 0 : 1;
        });
        return command;
    }

    private static Command HostStart()
    {
        var command = new Command("host-start", "Starts what was on this host before it was booted, in startOrder, and leaves to the agent what another host may have been given. Run by the host's service when the host has started.")
        {
            BelieveKept, Kubeconfig, Context, Node, State, Host, BootDirectories, DiskDirectories, Bridges,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var (kind, paths) = HostLifeOf(result);
            if (paths is null) return Complain("a simulated host keeps nothing without --state");
            using var agentLock = XenHosts.LockFileOf(kind) is { } file ? new HostLock(file, TimeProvider.System, NullLogger<HostLock>.Instance) : null;
            if (agentLock?.TryAcquire() == false)
            {
                new HostStopMark(paths.StopMark).Remove();
                Say("the agent is at work on this host, and starts what is to run");
                return 0;
            }

            await using var host = XenHosts.Open(kind, AllowedOf(result), SimulatedStateOf(result), NullLoggerFactory.Instance);
            var start = new HostStart(host, KeptDomains.Open(paths.Kept), new HostStopMark(paths.StopMark), ApiServerOf(result), result.GetValue(BelieveKept), TimeProvider.System, Say);
            var started = await start.RunAsync(cancellationToken);
            foreach (var failed in started.Failed) Say($"not started, and left to the agent: {failed}");
            Say($"done: {started.Started} started");
            return started.Failed.Count == 0 ? 0 : 1;
        });
        return command;
    }

    private static Command InstallHostService()
    {
        var command = new Command("install-host-service", "Installs the service of the host that starts and shuts down its domains with it. Done before: nothing is changed.")
        {
            Root, Init, Budget, BelieveKept, Kubeconfig, Context, Node, BootDirectories, DiskDirectories, Bridges,
        };
        command.SetAction(async (result, _) =>
        {
            var root = result.GetValue(Root)!.FullName;
            var installer = new HostServiceInstaller(root);
            if ((result.GetValue(Init) ?? installer.Init) is not { } init) return Complain($"neither systemd nor OpenRC is to be found below {root}: say which with --init");
            if (Environment.ProcessPath is not { } program || File.Exists(Path.Combine(AppContext.BaseDirectory, "reconciler-agent.dll")))
                return Complain("this program is not a single file that could be copied to the host: publish it (make publish), and run that");
            try
            {
                var service = new HostService(HostServiceInstaller.Program, StartArgumentsOf(result), [], result.GetValue(Budget));
                var written = installer.Install(init, service, program);
                foreach (var path in written) Say($"wrote {path}");
                if (written.Count == 0) Say("nothing to do: it is installed as asked");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return Complain(e.Message);
            }
            return root == HostTools.Root ? await ActivateAsync(init, new HostTools()) : 0;
        });
        return command;
    }

    /// <summary>It has to be running to be stopped with the host, in this boot already.</summary>
    private static async Task<int> ActivateAsync(HostInit init, HostTools tools)
    {
        (string Program, string[] Arguments)[] steps = init == HostInit.Systemd
            ? [("systemctl", ["daemon-reload"]), ("systemctl", ["start", "--no-block", $"{HostService.Name}.service"])]
            : [("rc-service", [HostService.Name, "start"])];
        foreach (var (program, arguments) in steps)
        {
            var result = await tools.RunAsync(program, arguments);
            if (result is not { ExitCode: 0 })
                return Complain($"installed, but not active before the next boot: {program} {string.Join(' ', arguments)}: {result?.Error ?? "there is no such program"}");
        }
        Say("active");
        return 0;
    }

    private static List<string> StartArgumentsOf(ParseResult result)
    {
        List<string> arguments = ["--node-name", result.GetValue(Node)!];
        if (result.GetValue(BelieveKept)) arguments.Add("--start-from-kept-state");
        if (result.GetValue(Kubeconfig) is { } kubeconfig) arguments.AddRange(["--kubeconfig", kubeconfig.FullName]);
        if (result.GetValue(Context) is { } context) arguments.AddRange(["--context", context]);
        foreach (var (name, values) in ((string, string[]?)[])[("--boot-directory", result.GetValue(BootDirectories)), ("--disk-directory", result.GetValue(DiskDirectories)), ("--bridge", result.GetValue(Bridges))])
        {
            foreach (var value in values ?? []) arguments.AddRange([name, value]);
        }
        return arguments;
    }

    /// <summary>Null: no kubeconfig was named. That of a pod, or of whoever is logged in, is no business of the host's service.</summary>
    private static ApiServerProbe? ApiServerOf(ParseResult result)
    {
        if (result.GetValue(Kubeconfig) is not { } kubeconfig) return null;
        return new ApiServerProbe(
            async cancellationToken =>
            {
                using var client = new HttpKubernetesClient(
                    KubernetesConfig.Load(kubeconfig.FullName, result.GetValue(Context)), new HttpKubernetesClientOptions { UserAgent = UserAgents.For("reconciler-agent") });
                await client.GetAsync<XenHost>(result.GetValue(Node)!, null, cancellationToken);
            },
            TimeProvider.System);
    }

    private static (HostKind Kind, HostLifePaths? Paths) HostLifeOf(ParseResult result)
    {
        var kind = result.GetValue(Host) is HostKind.Simulated ? HostKind.Simulated : HostKind.Libxl;
        return (kind, HostLifePaths.Of(kind, result.GetValue(State)?.FullName));
    }

    private static TimeSpan DurationOf(ArgumentResult argument)
    {
        var text = argument.Tokens is [var token] ? token.Value : "";
        if (text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
        {
            if (text[^1] == 's') return TimeSpan.FromSeconds(count);
            if (text[^1] == 'm') return TimeSpan.FromMinutes(count);
            if (text[^1] == 'h') return TimeSpan.FromHours(count);
        }
        argument.AddError($"{text}: not a time such as 90s, 5m or 1h.");
        return TimeSpan.Zero;
    }

    /// <summary>For the journal, or the console of a machine that goes down; neither has to be there.</summary>
    private static void Say(string line)
    {
        try
        {
            Console.Out.WriteLine(line);
        }
        catch (IOException)
        {
            // Nobody listens any more.
        }
    }

    private static int Complain(string message)
    {
        Console.Error.WriteLine($"reconciler-agent: {message}");
        return 1;
    }
}
