namespace Reconciler.Xen.Light.Worker;

/// <summary>How worker processes are started and where they keep what outlives them.</summary>
public sealed record WorkerOptions
{
    /// <summary>The program; null: the running one.</summary>
    public string? Program { get; init; }

    /// <summary>Its arguments; it must end up in <see cref="XlWorker.Run"/>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [XlWorker.Command];

    /// <summary>Added to the environment of the workers.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Long operations (create, attach, detach) at the same time. There are at most so many workers, and two more: one for observation, so that a
    /// slow operation never makes the agent blind, and one for short operations, so that a pause or a destroy does not wait for a long one.
    /// Two are there from the beginning, the one for observation and one for the first operation; each of the others is started when an
    /// operation would have to wait, and stays. An idle worker holds 9 MB of its own (private dirty pages; the program's are shared) and takes no CPU.
    /// </summary>
    public int Count { get; init; } = 2;

    /// <summary>A worker that has not said hello by then is killed. Under software emulation .NET takes 2 s to start, on a starved one 30.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>After a failed start the next one is not tried before this has passed; the calls in between fail with the same error.</summary>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Holds <c>creating/UUID</c> while a domain is being made: the proof that one found without a mark is ours. On a file system that
    /// outlives the agent.
    /// </summary>
    public string StateDirectory { get; init; } = "/var/lib/reconciler";

    /// <summary>
    /// Holds one lock file for each uuid that was worked on since the host's start. On a file system that is emptied with the host's start
    /// and is the same one for every agent of this host.
    /// </summary>
    public string LockDirectory { get; init; } = "/run/reconciler/locks";

    /// <summary>
    /// A cgroup (v2) of the host into which each worker moves itself first thing, so that device models which it starts do not end with the
    /// agent's pod. Made if missing. Null: workers stay where they are.
    /// </summary>
    public string? Cgroup { get; init; } = "/sys/fs/cgroup/reconciler-workers";

    /// <summary>Called for each line that a worker, libxl or one of its scripts writes to standard error. Must not block.</summary>
    public Action<WorkerLogLine>? OnLog { get; init; }
}
