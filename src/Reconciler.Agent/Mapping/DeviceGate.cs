using Reconciler.Agent.Devices;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Agent.Mapping;

/// <summary>What a Domain is not started without: the device of each template, and each object of waitFor, there and able to be attached.</summary>
internal static class DeviceGate
{
    /// <summary>One sentence for each that is missing.</summary>
    public static IEnumerable<string> Awaited(Domain domain, DeviceObjects objects, IReadOnlyList<DeviceFinding> findings)
    {
        var spec = domain.Spec!;
        var wanted = (spec.VbdTemplates ?? [])
            .Select(t => Find($"VBD {domain.Metadata.Name}-{t.Device}", objects.Vbds.FirstOrDefault(v => v.Spec?.Device == t.Device && IsOf(v.Metadata, domain))?.Metadata))
            .Concat((spec.VifTemplates ?? [])
                .Select(t => Find($"VIF {domain.Metadata.Name}-vif{t.Index}", objects.Vifs.FirstOrDefault(v => v.Spec?.Index == t.Index && IsOf(v.Metadata, domain))?.Metadata)))
            .Concat((spec.WaitFor?.Vbds ?? []).Select(name => Find($"VBD {name}", objects.Vbds.FirstOrDefault(v => v.Metadata.Name == name)?.Metadata)))
            .Concat((spec.WaitFor?.Vifs ?? []).Select(name => Find($"VIF {name}", objects.Vifs.FirstOrDefault(v => v.Metadata.Name == name)?.Metadata)));
        return wanted.OfType<string>();

        string? Find(string name, ObjectMeta? metadata) => metadata switch
        {
            null => $"{name} of this Domain does not exist yet.",
            { DeletionTimestamp: not null } => $"{name} is being deleted.",
            _ => findings.FirstOrDefault(f => f.Metadata.Uid == metadata.Uid) switch
            {
                null => $"{name} has not been accepted and given to this host yet.",
                { Problem: { } problem } => $"{name}: {problem.Message.TrimEnd('.')}.",
                _ => null,
            },
        };
    }

    private static bool IsOf(ObjectMeta device, Domain domain) => device.OwnerReferences?.Any(o => o.Controller == true && o.Uid == domain.Metadata.Uid) == true;
}
