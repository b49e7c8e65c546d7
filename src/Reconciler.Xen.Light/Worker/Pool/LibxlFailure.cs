using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Native;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Worker.Pool;

/// <summary>Turns what a libxl function returned, together with what was logged on the way, into a <see cref="XenException"/>.</summary>
internal static class LibxlFailure
{
    /// <summary>
    /// Where libxl's code says only "failed" (most of domain building does), a line of libxc's log tells. The first line that says anything
    /// counts: later ones repeat whatever errno was left over ("xc_dom_build_image failed: No such file or directory" for want of memory).
    /// </summary>
    private static readonly (string Part, XenErrorCode Code)[] Causes =
    [
        // The guest's own memory is too small for its kernel and ramdisk (xg_dom_x86.c).
        ("not enough memory for initial mapping", XenErrorCode.InvalidConfiguration),
        ("Out of memory", XenErrorCode.NotEnoughMemory),
        ("Cannot allocate memory", XenErrorCode.NotEnoughMemory),
        ("failed to claim", XenErrorCode.NotEnoughMemory),
        ("xc_dom_kernel_file failed", XenErrorCode.FileNotUsable),
        ("xc_dom_module_file failed", XenErrorCode.FileNotUsable),
        ("no loader", XenErrorCode.InvalidConfiguration),
        ("xc_dom_parse_image", XenErrorCode.InvalidConfiguration),
        ("xc_dom_parse_elf", XenErrorCode.InvalidConfiguration),
        ("xc_dom_build_image", XenErrorCode.InvalidConfiguration),

        // What Xen's block script says of a disk that is mounted, or another domain's already (check_sharing).
        ("is loopback-mounted through", XenErrorCode.DeviceInUse),
        ("is mounted ", XenErrorCode.DeviceInUse),

        // A script of the host that libxl has given up (async_exec_timeout, libxl_aoutils.c).
        (ScriptTimeout, XenErrorCode.Timeout),
        ("device model required but not running", XenErrorCode.NotSupported),
    ];

    private const string ScriptKilled = "killing execution of ";
    private const string ScriptTimeout = " because of timeout";

    /// <param name="operation">What was tried.</param>
    /// <param name="error">The worker's reply.</param>
    /// <param name="log">The lines on the worker's standard error during the operation.</param>
    public static XenException ToException(string operation, WorkerError error, IReadOnlyList<string> log)
    {
        // The worker's own judgement is complete: nothing of the log adds to it.
        if (error.Code is { } judged) return new XenException(judged, operation, error.Message);
        var cause = log.Count == 0 ? null : new WorkerLogException(log);
        var message = cause is null ? error.Message : $"{error.Message}: {cause.Message}";
        if (log.Any(IsLossOfXenstored))
            return new XenException(XenErrorCode.Unavailable, operation, $"xenstored closed the worker's connection, and the next call opens another one. {message}", cause);
        var code = CodeOf((LibxlErrorCode)error.Result, log);
        return new XenException(code, operation, code is XenErrorCode.Timeout && KilledScript(log) is { } script ? $"{Explain(script)} {message}" : message, cause);
    }

    /// <summary>The first script that did not end in time: "/etc/xen/scripts/block add". Those that undo what it did come after it.</summary>
    private static string? KilledScript(IReadOnlyList<string> log)
    {
        foreach (var line in log)
        {
            var start = line.IndexOf(ScriptKilled, StringComparison.Ordinal);
            var end = line.IndexOf(ScriptTimeout, StringComparison.Ordinal);
            if (start >= 0 && end > start) return line[(start + ScriptKilled.Length)..end];
        }

        return null;
    }

    private static string Explain(string script) =>
        $"the script {script} did not end within the time that libxl gives it (40 s, LIBXL_HOTPLUG_TIMEOUT) and was killed: domain 0 is short of CPU, or what the script works on does not answer. "
        + "It is tried again; where that does not help, give domain 0 more CPUs (dom0_max_vcpus) or a higher weight (xl sched-credit2 -d Domain-0 -w), or start fewer domains at once.";

    private static XenErrorCode CodeOf(LibxlErrorCode result, IReadOnlyList<string> log) => result switch
    {
        LibxlErrorCode.ERROR_NOMEM => XenErrorCode.NotEnoughMemory,
        LibxlErrorCode.ERROR_INVAL or LibxlErrorCode.ERROR_VNUMA_CONFIG_INVALID => XenErrorCode.InvalidConfiguration,
        LibxlErrorCode.ERROR_DOMAIN_NOTFOUND or LibxlErrorCode.ERROR_DOMAIN_DESTROYED => XenErrorCode.Stale,
        LibxlErrorCode.ERROR_NI or LibxlErrorCode.ERROR_NOPARAVIRT or LibxlErrorCode.ERROR_FEATURE_REMOVED => XenErrorCode.NotSupported,
        LibxlErrorCode.ERROR_GUEST_TIMEDOUT or LibxlErrorCode.ERROR_TIMEDOUT => XenErrorCode.Timeout,
        _ => log.Select(CauseOf).FirstOrDefault(code => code is not null) ?? XenErrorCode.Failed,
    };

    /// <summary>
    /// libxenstore answers EBADF for all that is asked of a connection which the daemon has closed. What libxl returns then depends on what it
    /// happened to ask (ERROR_INVAL for a pool whose name it can't read), and says nothing of the configuration.
    /// </summary>
    private static bool IsLossOfXenstored(string line) =>
        line.Contains("libxl_xshelp.c", StringComparison.Ordinal) && line.Contains("Bad file descriptor", StringComparison.Ordinal);

    private static XenErrorCode? CauseOf(string line)
    {
        foreach (var (part, code) in Causes)
            if (line.Contains(part, StringComparison.OrdinalIgnoreCase)) return code;
        return null;
    }
}
