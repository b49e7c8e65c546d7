namespace Reconciler.StartupProfile;

/// <summary>A type as the JIT names it: <c>System.Func`2[System.__Canon,int]</c>.</summary>
internal sealed record JitType(string Name, IReadOnlyList<JitType> Arguments)
{
    public override string ToString() => Arguments.Count == 0 ? Name : $"{Name}[{string.Join(",", Arguments)}]";
}
