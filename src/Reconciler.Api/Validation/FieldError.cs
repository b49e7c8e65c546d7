namespace Reconciler.Api.Validation;

/// <summary>One field of a manifest that is wrong.</summary>
/// <param name="Field">Its path: <c>spec.cpu.vcpus</c>.</param>
/// <param name="Value">The value that was given, as text; null when it is missing.</param>
/// <param name="Message">What is wrong with it.</param>
/// <param name="Remedy">What to do.</param>
public sealed record FieldError(string Field, string? Value, string Message, string Remedy)
{
    /// <summary>Values are cut in messages: a kernel command line may be long.</summary>
    private const int ShownLength = 80;

    /// <summary><c>spec.cpu.vcpus: 65: more than the 64 that a domain can have. Set it to 1 to 64.</c></summary>
    public override string ToString() => $"{Field}: {Explanation}";

    /// <summary>All but the field: <c>65: more than the 64 that a domain can have. Set it to 1 to 64.</c></summary>
    public string Explanation => $"{Shown}: {Message}. {Remedy}.";

    private string Shown => Value switch
    {
        null => "missing",
        "" => "\"\"",
        { Length: > ShownLength } => $"\"{Value[..ShownLength]}…\" ({Value.Length} characters)",
        _ when Value.AsSpan().ContainsAnyExcept(Plain) => $"\"{Value}\"",
        _ => Value,
    };

    private static readonly System.Buffers.SearchValues<char> Plain =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./");
}
