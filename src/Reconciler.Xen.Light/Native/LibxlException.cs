namespace Reconciler.Xen.Light.Native;

/// <summary>A libxl function failed. Why is in what it logged, which the agent has; this carries what it returned.</summary>
internal sealed class LibxlException(string function, int result)
    : Exception($"{function} returned {Describe(result)}")
{
    public string Function { get; } = function;

    public int Result { get; } = result;

    public LibxlErrorCode Code => (LibxlErrorCode)Result;

    /// <summary>"ERROR_FAIL (-3)", or the number alone if it has no name.</summary>
    public static string Describe(int result) =>
        Enum.IsDefined((LibxlErrorCode)result) ? $"{(LibxlErrorCode)result} ({result})" : result.ToString();
}
