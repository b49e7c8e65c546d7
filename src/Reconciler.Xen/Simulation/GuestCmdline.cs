using System.Globalization;

namespace Reconciler.Xen.Simulation;

/// <summary>Chooses a guest's behaviour by words in its kernel command line, so that a manifest can say how its simulated guest behaves.</summary>
/// <remarks>
/// <para><c>sim.shutdown=poweroff|ignore|hang|refuse|forgetInBoot</c>: what it does when it is asked to power off (<see cref="ShutdownAnswer"/>).</para>
/// <para><c>sim.boot=</c>, <c>sim.ackDelay=</c>, <c>sim.shutdownDelay=</c>: how long that takes.</para>
/// <para><c>sim.crashAfter=</c>, <c>sim.watchdogAfter=</c>, <c>sim.powerOffAfter=</c>, <c>sim.rebootAfter=</c>, <c>sim.kexecAfter=</c>:
/// what it does by itself, and when.</para>
/// <para><c>sim.devices=connect|noDriver|noHotplug|keep|reattach|crash</c>: what it does with its disks and NICs (<see cref="DeviceAnswer"/>).</para>
/// <para><c>sim.connectDelay=</c>, <c>sim.letGoDelay=</c>: how long that takes. <c>sim.reattachAfter=</c>: when it hands them over to another kernel.</para>
/// <para>Times are a number and <c>ms</c>, <c>s</c>, <c>m</c> or <c>h</c>: <c>sim.crashAfter=10s</c>. Words that don't begin with
/// <c>sim.</c> are the guest kernel's own and are passed over.</para>
/// </remarks>
public static class GuestCmdline
{
    private const string Prefix = "sim.";

    /// <returns>The behaviour, or what is wrong with the command line: the word and what it may be.</returns>
    public static (GuestBehavior Behavior, string? Error) Parse(string? cmdline, GuestBehavior otherwise)
    {
        ArgumentNullException.ThrowIfNull(otherwise);
        var behavior = otherwise;
        foreach (var word in (cmdline ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!word.StartsWith(Prefix, StringComparison.Ordinal))
                continue;
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = equals < 0 ? (word, "") : (word[..equals], word[(equals + 1)..]);
            if (Apply(behavior, key[Prefix.Length..], value) is not { } applied)
                return (otherwise, $"{word}: {Expected(key[Prefix.Length..])}");
            behavior = applied;
        }
        return (behavior, null);
    }

    private static GuestBehavior? Apply(GuestBehavior b, string key, string value)
    {
        if (key == "shutdown")
            return Answer(value) is { } answer ? b with { Shutdown = answer } : null;
        if (key == "devices")
            return Devices(value) is { } devices ? b with { Devices = devices } : null;
        if (Duration(value) is not { } time)
            return null;
        return key switch
        {
            "boot" => b with { Boot = time },
            "ackDelay" => b with { AckDelay = time },
            "shutdownDelay" => b with { ShutdownDelay = time },
            "crashAfter" => b with { CrashAfter = time },
            "watchdogAfter" => b with { WatchdogAfter = time },
            "powerOffAfter" => b with { PowerOffAfter = time },
            "rebootAfter" => b with { RebootAfter = time },
            "kexecAfter" => b with { KexecAfter = time },
            "connectDelay" => b with { ConnectDelay = time },
            "letGoDelay" => b with { LetGoDelay = time },
            "reattachAfter" => b with { ReattachAfter = time },
            _ => null,
        };
    }

    private static string Expected(string key) => key switch
    {
        "shutdown" => "must be poweroff, ignore, hang, refuse or forgetInBoot.",
        "devices" => "must be connect, noDriver, noHotplug, keep, reattach or crash.",
        "boot" or "ackDelay" or "shutdownDelay" or "crashAfter" or "watchdogAfter" or "powerOffAfter" or "rebootAfter" or "kexecAfter"
            or "connectDelay" or "letGoDelay" or "reattachAfter" => "must be a time such as 500ms, 10s, 5m or 1h.",
        _ => "the simulated host knows sim.shutdown, sim.boot, sim.ackDelay, sim.shutdownDelay, sim.crashAfter, sim.watchdogAfter, sim.powerOffAfter, sim.rebootAfter, "
            + "sim.kexecAfter, sim.devices, sim.connectDelay, sim.letGoDelay and sim.reattachAfter.",
    };

    private static ShutdownAnswer? Answer(string value) => value switch
    {
        "poweroff" => ShutdownAnswer.PowerOff,
        "ignore" => ShutdownAnswer.Ignore,
        "hang" => ShutdownAnswer.Hang,
        "refuse" => ShutdownAnswer.Refuse,
        "forgetInBoot" => ShutdownAnswer.ForgetInBoot,
        _ => null,
    };

    private static DeviceAnswer? Devices(string value) => value switch
    {
        "connect" => DeviceAnswer.Connect,
        "noDriver" => DeviceAnswer.NoDriver,
        "noHotplug" => DeviceAnswer.NoHotplug,
        "keep" => DeviceAnswer.Keep,
        "reattach" => DeviceAnswer.Reattach,
        "crash" => DeviceAnswer.Crash,
        _ => null,
    };

    private static TimeSpan? Duration(string value)
    {
        var digits = value.AsSpan().IndexOfAnyExceptInRange('0', '9');
        // Seven digits of the largest unit, hours, are within a TimeSpan.
        if (digits is <= 0 or > 7)
            return null;
        var count = long.Parse(value.AsSpan(0, digits), CultureInfo.InvariantCulture);
        return value[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(count),
            "s" => TimeSpan.FromSeconds(count),
            "m" => TimeSpan.FromMinutes(count),
            "h" => TimeSpan.FromHours(count),
            _ => null,
        };
    }
}
