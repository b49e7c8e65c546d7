using System.Text;

namespace Reconciler.Benchmarks.Informer;

/// <summary>A page of a list of Domains, as JSON.</summary>
internal sealed record DomainPage(IEnumerable<byte[]> Items, string ResourceVersion, string? Continue)
{
    public byte[] ToBytes()
    {
        using var page = new MemoryStream();
        page.Write("""{"apiVersion":"xen.reconciler.dev/v1alpha1","items":["""u8);
        var separator = ReadOnlySpan<byte>.Empty;
        foreach (var item in Items)
        {
            page.Write(separator);
            page.Write(item);
            separator = ","u8;
        }
        page.Write(Encoding.UTF8.GetBytes($$$"""],"kind":"DomainList","metadata":{"continue":"{{{Continue}}}","resourceVersion":"{{{ResourceVersion}}}"}}"""));
        return page.ToArray();
    }
}
