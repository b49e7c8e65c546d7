using System.Text.Json;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Ownership;

/// <summary>A <see cref="DomainMark"/> as it lies in libxl's userdata: JSON, with a version for agents to come.</summary>
internal static class MarkCodec
{
    private const int Version = 1;

    public static byte[] Encode(DomainMark mark) =>
        JsonSerializer.SerializeToUtf8Bytes(new StoredMark(Version, mark), MarkJson.Default.StoredMark);

    /// <summary>Null for anything that is not a mark of the domain that has the UUID <paramref name="uuid"/> in Xen, for whatever reason: it then proves nothing.</summary>
    public static DomainMark? Decode(ReadOnlySpan<byte> stored, Guid uuid)
    {
        try
        {
            var mark = JsonSerializer.Deserialize(stored, MarkJson.Default.StoredMark);
            return mark?.Version == Version && mark.Mark?.XenUuid == uuid ? mark.Mark : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
