namespace Reconciler.Agent.Hosts;

/// <summary>Which machine this is, in all its boots: its system UUID (SMBIOS type 1), as dmidecode(8) and a Node's status.nodeInfo.systemUUID have it.</summary>
internal static class HostIdentity
{
    private const string SystemUuidFile = "/sys/class/dmi/id/product_uuid";

    /// <summary>Those that firmware has where no UUID was set (SMBIOS 3.7, 7.2.1), and that tell no machine from another.</summary>
    private static readonly Guid[] Unset = [Guid.Empty, Guid.Parse("ffffffff-ffff-ffff-ffff-ffffffffffff")];

    /// <summary>The UUID in lower case; null where the machine has none, or it can't be read.</summary>
    public static string? Read(string path = SystemUuidFile)
    {
        try
        {
            return Guid.TryParse(File.ReadAllText(path).Trim(), out var uuid) && !Unset.Contains(uuid) ? uuid.ToString("D") : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
