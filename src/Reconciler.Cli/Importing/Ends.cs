using Reconciler.Api.Domains;
using Reconciler.Cli.Importing.XlConfiguration;

namespace Reconciler.Cli.Importing;

/// <summary>What follows when a guest ends: the options on_poweroff, on_crash and so on, of which a Domain has restartPolicy.</summary>
internal static class Ends
{
    /// <summary>The default of on_poweroff, on_watchdog and on_crash.</summary>
    private const string Destroy = "destroy";

    private const string Restart = "restart";

    /// <param name="powerOff">on_poweroff, if it is set; and so on.</param>
    /// <param name="reboot">on_reboot.</param>
    /// <param name="watchdog">on_watchdog.</param>
    /// <param name="crash">on_crash.</param>
    /// <param name="softReset">on_soft_reset.</param>
    /// <param name="say">Told what is lost.</param>
    /// <exception cref="XlSyntaxException">An action is none of xl's.</exception>
    public static RestartPolicy RestartPolicyOf(
        XlAssignment? powerOff, XlAssignment? reboot, XlAssignment? watchdog, XlAssignment? crash, XlAssignment? softReset, Action<FindingKind, XlAssignment, string> say)
    {
        var afterPowerOff = Restarts(powerOff, Destroy, say);
        var afterCrash = Restarts(crash, Destroy, say);
        var policy = (afterPowerOff, afterCrash) switch
        {
            (true, _) => RestartPolicy.Always,
            (false, true) => RestartPolicy.OnFailure,
            (false, false) => RestartPolicy.Never,
        };
        if (afterPowerOff && !afterCrash)
            say(FindingKind.Lost, crash ?? powerOff!, "a guest that is started again after a power-off is started again after a crash, too (restartPolicy: Always). If that must not be, set it to Never");
        if (!Restarts(reboot, Restart, say))
            say(FindingKind.Lost, reboot!, "a reboot is always followed. Let the guest power off where it reboots now");

        // Xen's watchdog counts as a crash.
        if (watchdog is not null && Restarts(watchdog, Destroy, say) != (policy != RestartPolicy.Never))
            say(FindingKind.Lost, watchdog, $"a guest that its watchdog has ended is treated as crashed: restartPolicy is {policy}");
        if (softReset is not null && Action(softReset, "soft-reset") != "soft-reset")
            say(FindingKind.Lost, softReset, "what follows a soft reset (kexec) can't be chosen. Remove it if the guest does not use kexec");
        return policy;
    }

    private static bool Restarts(XlAssignment? option, string otherwise, Action<FindingKind, XlAssignment, string> say)
    {
        var action = Action(option, otherwise);
        var loss = action switch
        {
            "rename-restart" => "the ended domain is not kept under another name; the guest is started again",
            "preserve" => "the ended domain is not kept. To look at it, have the guest write a dump (kdump)",
            "coredump-destroy" or "coredump-restart" => "no core is dumped. Have the guest write one (kdump)",
            "soft-reset" => "a soft reset can't be asked for; the domain is treated as if it were to be destroyed",
            _ => null,
        };
        if (loss is not null) say(FindingKind.Lost, option!, loss);
        return action is Restart or "rename-restart" or "coredump-restart";
    }

    private static string Action(XlAssignment? option, string otherwise)
    {
        if (option is null) return otherwise;
        return option.Value.Text is Destroy or Restart or "rename-restart" or "preserve" or "coredump-destroy" or "coredump-restart" or "soft-reset"
            ? option.Value.Text
            : throw new XlSyntaxException(
                option.Line, $"{option.Name} is {option.Value}; expected destroy, restart, rename-restart, preserve, coredump-destroy, coredump-restart or soft-reset");
    }
}
