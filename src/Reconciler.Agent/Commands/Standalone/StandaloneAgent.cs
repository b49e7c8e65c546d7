using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Reconciler.Agent.Commands.Live;
using Reconciler.Agent.Devices;
using Reconciler.Agent.Domains;
using Reconciler.Agent.HostLife;
using Reconciler.Agent.Hosts;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Nics;
using Reconciler.Embedded;
using Reconciler.Embedded.Manifests;
using Reconciler.Embedded.Resources;
using Reconciler.Xen.Host;
using Spectre.Console;

namespace Reconciler.Agent.Commands.Standalone;

/// <summary>The agent of a host without Kubernetes: a directory of manifests is what should be.</summary>
internal sealed partial class StandaloneAgent(StandaloneOptions options, TextWriter output, TextWriter error, TimeProvider time)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private bool IsLive => !options.Once && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive;

    /// <returns>The exit code: 0, or 1 when it could not begin, or did not converge once.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        EmbeddedStore store;
        try
        {
            store = EmbeddedStore.Open(
                options.StateDirectory, new EmbeddedStoreOptions { TimeProvider = time, Validate = ManifestAdmission.Validate });
        }
        catch (StateDirectoryException exception)
        {
            await error.WriteLineAsync($"reconciler-agent: {exception.Message}");
            return 1;
        }

        using (store)
        {
            using var file = IsLive ? new FileLogger(LogFile, time) : null;
            using var loggers = LoggerFactory.Create(logging => ConfigureLogging(logging, file));
            await using var host = XenHosts.Open(
                options.Host, options.Allowed, StateDirectories.SimulatedHost(options.StateDirectory), loggers);
            var manifests = new ManifestDirectory(
                options.Manifests, store, options: null, time, loggers.CreateLogger("Reconciler.Agent.Manifests"));
            using var application = AgentHost.Build(
                options.Agent with { Standalone = true, LockFile = XenHosts.LockFileOf(options.Host), HostLife = HostLifePaths.Of(options.Host, options.StateDirectory) }, store, host, logging => ConfigureLogging(logging, file),
                components => components.Services.AddSingleton(new OrphanGuard(() => Doubt(manifests))));
            _sawHost = await ReadAsync(store, manifests, host, loggers.CreateLogger("Reconciler.Agent.Manifests"), cancellationToken);
            return await RunAsync(store, manifests, application, cancellationToken);
        }
    }

    private string LogFile => Path.Combine(options.StateDirectory, "agent.log");

    /// <summary>
    /// Reads the manifests before anything acts: a Domain that is only not read yet must not be taken for one that is gone. A Domain without
    /// state whose guest is on the host gets the guest's uid, and so do its devices: losing the state directory restarts no guest, and takes
    /// no disk from one.
    /// </summary>
    /// <returns>Whether the host could be asked for its guests.</returns>
    private static async Task<bool> ReadAsync(
        EmbeddedStore store, ManifestDirectory manifests, IXenHost host, ILogger logger, CancellationToken cancellationToken)
    {
        var sawHost = true;
        var type = TypeOf(store, Domain.Definition.Kind);
        try
        {
            var marks = (await host.ObserveAllAsync(cancellationToken)).Where(d => d.Ownership == DomainOwnership.Ours).Select(d => d.Mark).OfType<DomainMark>().ToArray();
            store.ReserveUids(type, marks.Select(m => ((string?)m.Namespace, m.Name, m.Uuid)));
            // Those of templates are made again only later.
            store.ReserveUids(TypeOf(store, Vbd.Definition.Kind), marks.SelectMany(m => m.Devices.Select(d => d.Disk).OfType<DesiredDisk>().Select(d => ((string?)m.Namespace, d.ObjectName, d.ObjectUid))));
            store.ReserveUids(TypeOf(store, Vif.Definition.Kind), marks.SelectMany(m => m.Devices.Select(d => d.Nic).OfType<DesiredNic>().Select(n => ((string?)m.Namespace, n.ObjectName, n.ObjectUid))));
        }
        catch (XenException exception)
        {
            sawHost = false;
            Log.HostNotSeen(logger, exception);
        }

        manifests.Scan();
        store.ReserveUids(type, []);
        return sawHost;
    }

    private static ResourceType TypeOf(EmbeddedStore store, string kind) => store.ResourceTypes.Single(t => t.Kind == kind);

    /// <summary>Why a guest without an object may be one whose manifest was merely not read: it is left running then.</summary>
    private string? Doubt(ManifestDirectory manifests) =>
        !_sawHost ? "the host could not be asked for its guests when the manifests were read; start the agent again"
        : manifests.Problems is [var problem, ..] ? $"not all manifests can be read, and its own may be among them: {problem}"
        : null;

    private async Task<int> RunAsync(
        EmbeddedStore store, ManifestDirectory manifests, IHost application, CancellationToken cancellationToken)
    {
        await application.StartAsync(cancellationToken);
        var lifetime = application.Services.GetRequiredService<IHostApplicationLifetime>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var following = manifests.RunAsync(() => TellProblems(manifests), stop.Token);
        var (book, devices) = (application.Services.GetRequiredService<StatusBook>(), application.Services.GetRequiredService<DeviceReporter>());
        Task<StandaloneView> LookAsync() => StandaloneView.OfAsync(store, manifests, uid => book.HasTold(uid) || devices.HasTold(uid), time.GetUtcNow(), CancellationToken.None);
        try
        {
            if (options.Once) return await OnceAsync(LookAsync, stop.Token);
            if (IsLive) await LiveAsync(LookAsync, stop.Token);
            else await Task.Delay(Timeout.InfiniteTimeSpan, time, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The way it ends.
        }
        finally
        {
            await stop.CancelAsync();
            await following;
            await application.StopAsync(CancellationToken.None);
        }

        return Environment.ExitCode;
    }

    private async Task<int> OnceAsync(Func<Task<StandaloneView>> look, CancellationToken cancellationToken)
    {
        var deadline = time.GetUtcNow() + options.OnceLimit;
        var view = await look();
        while (!view.Convergence.IsReached && time.GetUtcNow() < deadline)
        {
            await Task.Delay(LookInterval, time, cancellationToken);
            view = await look();
        }

        if (view.Domains.Rows.Count == 0) await output.WriteLineAsync($"No domains: there is none in {options.Manifests}.");
        else view.Domains.Write(output);
        foreach (var table in view.Devices)
        {
            await output.WriteLineAsync();
            table.Write(output);
        }

        if (view.Convergence.IsReached) return 0;
        await error.WriteLineAsync();
        await error.WriteLineAsync($"reconciler-agent: not converged after {options.OnceLimit.TotalSeconds:0} s:");
        foreach (var line in view.Convergence.Waiting) await error.WriteLineAsync($"  {line}");
        return 1;
    }

    private async Task LiveAsync(Func<Task<StandaloneView>> look, CancellationToken cancellationToken)
    {
        var title = $"{options.Agent.NodeName} ({(options.Host == HostKind.Simulated ? "simulated host" : "Xen")}), manifests in {options.Manifests}";
        await AnsiConsole.Live(new Text(title)).AutoClear(false).StartAsync(async context =>
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var view = await look();
                context.UpdateTarget(LiveFrame.Render(view, title, Footer(view)));
                await Task.Delay(LookInterval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        });
        await output.WriteLineAsync(options.Host == HostKind.Simulated
            ? "Stopped. The simulated guests go on running: start it again and see."
            : "Stopped. The guests go on running.");
    }

    private string Footer(StandaloneView view) => view.Convergence.IsReached
        ? $"""

           Try, in another terminal:
             edit a manifest in {options.Manifests}, such as powerState: Paused, or remove one, and watch
             reconciler-agent get domains -o yaml --state {options.StateDirectory}
           Ctrl-C stops the agent, and no guest. Log: {LogFile}
           """
        : $"Log: {LogFile}";

    private void TellProblems(ManifestDirectory manifests)
    {
        if (ReferenceEquals(_told, manifests.Problems)) return;
        _told = manifests.Problems;
        try
        {
            ManifestProblemFile.Write(options.StateDirectory, _told);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Told in the log all the same; "get" shows the ones before.
            _told = null;
        }
    }

    private IReadOnlyList<ManifestProblem>? _told;

    private bool _sawHost;

    private void ConfigureLogging(ILoggingBuilder logging, FileLogger? file)
    {
        var level = options.Verbose ? LogLevel.Debug : options.Once ? LogLevel.Warning : LogLevel.Information;
        if (file is null) ConsoleLogging.Configure(logging, level, toError: options.Once);
        else ConsoleLogging.Quieten(logging, level).AddProvider(file);
    }

    private static partial class Log
    {
        [LoggerMessage(
            1, LogLevel.Warning,
            "The host can't be asked for its guests before the manifests are read; guests without an object are left running")]
        public static partial void HostNotSeen(ILogger logger, Exception exception);
    }
}
