using System.Text.Json;

namespace Reconciler.Kubernetes.Http;

/// <summary>Bounds of what is held of one object while it is decoded.</summary>
internal static class DecodeLimits
{
    /// <summary>Bytes of one object. etcd takes 1.5 MiB by default, and no known server takes 64.</summary>
    internal const int MaxObjectBytes = 64 * 1024 * 1024;

    /// <summary>
    /// For readers that walk around objects. The API server reads JSON to 10,000 levels; an object that is too deep for its type is
    /// that object's trouble, not that of the list around it.
    /// </summary>
    internal static JsonReaderOptions ReaderOptions { get; } = new() { MaxDepth = 10_100 };
}
