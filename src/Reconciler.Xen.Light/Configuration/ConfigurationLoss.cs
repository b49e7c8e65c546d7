namespace Reconciler.Xen.Light.Configuration;

/// <summary>Something of a configuration that libxl did not take as it was sent.</summary>
/// <param name="Path">Where: <c>b_info.max_vcpus</c>, <c>disks[0].vdev</c>.</param>
/// <param name="Sent">The JSON that was sent.</param>
/// <param name="Kept">The JSON that libxl made of it; null if it ignores it.</param>
internal sealed record ConfigurationLoss(string Path, string Sent, string? Kept)
{
    public override string ToString() => Kept is null
        ? $"{Path} = {Sent}: libxl would ignore it; it knows no such key, or not with a value of this kind"
        : $"{Path} = {Sent}: libxl made {Kept} of it";
}
