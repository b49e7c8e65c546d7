using Reconciler.Api.Storage;

namespace Reconciler.Agent.Storage.Lvm;

/// <summary>Names of logical volumes (lvm(8), VALID NAMES): fewer than those of volumes in general.</summary>
internal static class LvmNames
{
    private static readonly string[] ReservedBeginnings = ["snapshot", "pvmove"];

    private static readonly string[] ReservedParts =
    [
        "_cdata", "_cmeta", "_corig", "_cpool", "_cvol", "_imeta", "_iorig", "_mimage", "_mlog", "_pmspare", "_rimage", "_rmeta", "_tdata", "_tmeta", "_vdata", "_vorigin", "_wcorig",
    ];

    /// <summary>Why LVM would not take it; null: it does.</summary>
    public static string? Objection(string name) => name switch
    {
        _ when name.Length > LvmPool.MaximumNameLength => $"LVM takes names of at most {LvmPool.MaximumNameLength} characters",
        _ when !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '_' or '.' or '-') => "LVM takes letters, digits and + _ . - only",
        _ when name[0] == '-' || name is "." or ".." => "LVM takes no name that begins with - or is made of dots",
        _ when ReservedBeginnings.FirstOrDefault(name.StartsWith) is { } word => $"LVM keeps names that begin with {word} for itself",
        _ when ReservedParts.FirstOrDefault(name.Contains) is { } word => $"LVM keeps names with {word} for itself",
        _ => null,
    };

    /// <summary>Of the volume until it is finished. Begins with a dot, as no volume's name does.</summary>
    public static string Unfinished(Guid madeFor) => $".{madeFor:D}.unfinished";

    /// <summary>Of the room that a volume is about to grow by.</summary>
    public static string Growth(Guid madeFor) => $".{madeFor:D}.growth";

    /// <summary>What marks a volume as made for a VBD: an LVM tag (lvm(8), TAGS).</summary>
    public static string Tag(Guid madeFor) => $"xen.reconciler.dev/vbd={madeFor:D}";
}
