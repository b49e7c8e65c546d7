using System.Globalization;
using System.Text.Json;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Line;

/// <summary>One Domain object of a test, its guest, and what the different onlookers say of it.</summary>
public sealed class DomainUnderTest(LineLab lab, string @namespace, string name)
{
    /// <summary>A bound, not a measure: many times what a step takes, for machines that do other work too.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(600);

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    public string Namespace => @namespace;

    public string Name => name;

    /// <summary>The name in Xen.</summary>
    public string XenName => $"{@namespace}.{name}";

    /// <summary><c>PV</c> or <c>PVH</c>. PV boots in less than half the time under emulation.</summary>
    public string Type { get; init; } = "PV";

    public string PowerState { get; init; } = "Running";

    public int GracePeriodSeconds { get; init; } = 120;

    /// <summary><c>Destroy</c> or <c>Wait</c>.</summary>
    public string OnTimeout { get; init; } = "Destroy";

    public string ExtraCommandLine { get; init; } = "";

    public string Kernel { get; init; } = XenHostLab.GuestKernel;

    public string Memory { get; init; } = XenHostLab.GuestMemory;

    /// <summary>In YAML's flow style.</summary>
    public string Placement { get; init; } = "{}";

    /// <summary><c>spec.startOrder.order</c>.</summary>
    public int StartOrder { get; init; }

    /// <summary>In YAML's flow style; empty: it adopts nothing.</summary>
    public string Adopt { get; init; } = "";

    /// <summary>Each in YAML's flow style.</summary>
    public IReadOnlyList<string> VbdTemplates { get; init; } = [];

    /// <summary>VBDs that must be attached before it starts.</summary>
    public IReadOnlyList<string> WaitForVbds { get; init; } = [];

    public string Manifest => $"""
        apiVersion: xen.reconciler.dev/v1alpha1
        kind: Domain
        metadata:
          name: {name}
          namespace: {@namespace}
        spec:
          powerState: {PowerState}
          type: {Type}
          memory:
            size: {Memory}
          boot:
            kernel: {Kernel}
            ramdisk: {XenHostLab.GuestRamdisk}
            cmdline: {XenHostLab.GuestCommandLine} {ExtraCommandLine}
          {(VbdTemplates.Count > 0 ? $"vbdTemplates: [{string.Join(", ", VbdTemplates)}]" : "")}
          {(WaitForVbds.Count > 0 ? $"waitFor: {{vbds: [{string.Join(", ", WaitForVbds)}]}}" : "")}
          placement: {Placement}
          {(Adopt.Length > 0 ? $"adopt: {Adopt}" : "")}
          startOrder:
            order: {StartOrder.ToString(CultureInfo.InvariantCulture)}
          shutdown:
            gracePeriodSeconds: {GracePeriodSeconds.ToString(CultureInfo.InvariantCulture)}
            onTimeout: {OnTimeout}
        """;

    public Task ApplyAsync(CancellationToken cancellation) => lab.Kubectl.ApplyAsync(Manifest, cancellation);

    public Task SetPowerStateAsync(string powerState, CancellationToken cancellation) => lab.Kubectl.RunAsync(
        cancellation, "-n", @namespace, "patch", "domain", name, "--type=merge", "-p", $$$"""{"spec":{"powerState":"{{{powerState}}}"}}""");

    /// <summary>Changes the spec.</summary>
    /// <param name="spec">A merge patch of it, in JSON.</param>
    /// <param name="cancellation">The test's.</param>
    public Task PatchSpecAsync(string spec, CancellationToken cancellation) =>
        lab.Kubectl.RunAsync(cancellation, "-n", @namespace, "patch", "domain", name, "--type=merge", "-p", $$"""{"spec":{{spec}}}""");

    /// <summary>Deletes and waits until the object is gone.</summary>
    public Task DeleteAsync(CancellationToken cancellation) => lab.Kubectl.RunAsync(
        cancellation, "-n", @namespace, "delete", "domain", name, $"--timeout={Patience.TotalSeconds:0}s");

    public Task RequestDeleteAsync(CancellationToken cancellation) =>
        lab.Kubectl.RunAsync(cancellation, "-n", @namespace, "delete", "domain", name, "--wait=false");

    public Task<JsonElement> GetAsync(CancellationToken cancellation) =>
        lab.Kubectl.GetAsync(cancellation, "-n", @namespace, "domain", name);

    /// <summary>The domain on the host, or null when <c>xl list</c> doesn't show it.</summary>
    public Task<XlDomain?> OnHostAsync(CancellationToken cancellation) => OnHostAsync(lab.Xen, cancellation);

    /// <inheritdoc cref="OnHostAsync(CancellationToken)"/>
    public async Task<XlDomain?> OnHostAsync(XenHostLab host, CancellationToken cancellation) =>
        (await LineLab.ListDomainsAsync(host, cancellation)).SingleOrDefault(domain => domain.Name == XenName);

    public Task<string> ConsoleAsync(CancellationToken cancellation) => lab.Xen.GuestConsoleAsync(XenName, cancellation);

    /// <summary>
    /// Waits until the object is ready in <paramref name="powerState"/>, judged by its current generation, and no more is
    /// going on; the object as it is then.
    /// </summary>
    public Task<JsonElement> UntilAsync(string powerState, CancellationToken cancellation) => UntilAsync(
        $"ready and {powerState}",
        domain => domain.Condition("Ready") == $"True/{powerState}" && domain.Status("powerState") == powerState && domain.IsCurrent(),
        cancellation);

    /// <summary>Waits until <paramref name="holds"/> for the object; fails naming <paramref name="what"/> and the last object seen.</summary>
    public Task<JsonElement> UntilAsync(string what, Func<JsonElement, bool> holds, CancellationToken cancellation) =>
        Eventually.HoldsAsync($"{XenName}: {what}", lab.Kubectl, ["-n", @namespace, "domain", name], holds, Patience, cancellation);

    /// <summary>Waits until the guest has written <paramref name="text"/> on its console <paramref name="times"/> times.</summary>
    public Task UntilConsoleAsync(string text, int times, CancellationToken cancellation) =>
        lab.Xen.UntilGuestConsoleAsync(XenName, text, times, Patience, cancellation);

    /// <summary>Waits for an event of that type and reason about this object.</summary>
    public Task UntilEventAsync(string type, string reason, CancellationToken cancellation) => Eventually.HoldsAsync(
        $"{XenName}: an event {type}/{reason}",
        () => lab.Kubectl.GetAsync(cancellation, "-n", @namespace, "events.events.k8s.io"),
        events => events.GetProperty("items").EnumerateArray().Any(item =>
            item.GetProperty("type").GetString() == type
            && item.GetProperty("reason").GetString() == reason
            && item.GetProperty("regarding").GetProperty("name").GetString() == name),
        Patience,
        PollInterval,
        cancellation);
}
