namespace Reconciler.Testing.Runner;

/// <summary>The two halves of a test project: what needs no more than the SDK, and what needs real parts (the labs).</summary>
internal enum TestPart
{
    /// <summary>Everything without the trait <c>Category=Lab</c>.</summary>
    Fast,

    /// <summary>Everything with the trait <c>Category=Lab</c>.</summary>
    Lab,
}
