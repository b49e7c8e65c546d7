namespace Reconciler.Api.Disks;

/// <summary>
/// The names and numbers of virtual disks. A name is xvd and the disk in letters, counted as columns of a table are: a to z, aa to zz.
/// The number is what the toolstack and the guest's frontend are given; xen-vbd-interface(7) defines it.
/// </summary>
public static class VbdDevice
{
    public const string Pattern = "^xvd[a-z]{1,2}$";

    public const int MinimumLength = 4;
    public const int MaximumLength = 5;

    private const string Prefix = "xvd";
    private const int Letters = 26;

    /// <summary>The major number of xvd in Linux; its minor numbers have room for 16 disks of 16 partitions.</summary>
    private const int Major = 202 << 8;
    private const int DisksOfMajor = 16;
    private const int Extended = 1 << 28;

    /// <summary>The index of the disk: 0 of xvda, 25 of xvdz, 26 of xvdaa, 701 of xvdzz.</summary>
    /// <returns>False when the text is no name of a disk.</returns>
    public static bool TryParse(string? device, out int disk)
    {
        disk = 0;
        if (device is null || device.Length is < MinimumLength or > MaximumLength || !device.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var letters = device.AsSpan(Prefix.Length);
        if (letters.ContainsAnyExceptInRange('a', 'z')) return false;
        disk = letters.Length == 1 ? letters[0] - 'a' : ((letters[0] - 'a' + 1) * Letters) + letters[1] - 'a';
        return true;
    }

    /// <summary>The number of a disk: 51712 of xvda.</summary>
    /// <exception cref="FormatException">The text is no name of a disk.</exception>
    public static int Number(string device)
    {
        if (!TryParse(device, out var disk)) throw new FormatException($"\"{device}\" is no name of a disk, such as xvda.");
        return disk < DisksOfMajor ? Major | (disk << 4) : Extended | (disk << 8);
    }

    /// <summary>The name of a number: xvda of 51712.</summary>
    /// <returns>Null when the number is of a partition, of another kind of disk (hd, sd), or beyond xvdzz.</returns>
    public static string? Name(int number)
    {
        // A disk below 16 has its extended number only with a partition above 15, which is no disk of ours.
        int? known = number switch
        {
            _ when (number & ~0xff) == Major && (number & 0xf) == 0 => (number & 0xff) >> 4,
            _ when (number & ~0xfffffff) == Extended && (number & 0xff) == 0 && number >> 8 >= (Extended >> 8) + DisksOfMajor => (number & 0xfffffff) >> 8,
            _ => null,
        };
        return known is { } disk ? NameAt(disk) : null;
    }

    /// <summary>The name of a disk by its index: xvda of 0.</summary>
    /// <returns>Null beyond xvdzz.</returns>
    public static string? NameAt(int disk)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(disk);
        if (disk < Letters) return $"{Prefix}{(char)('a' + disk)}";
        var (first, second) = Math.DivRem(disk, Letters);
        return first > Letters ? null : $"{Prefix}{(char)('a' + first - 1)}{(char)('a' + second)}";
    }
}
