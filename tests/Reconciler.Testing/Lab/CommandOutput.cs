namespace Reconciler.Testing.Lab;

/// <summary>What an external program left behind.</summary>
/// <param name="Command">The command line, for messages.</param>
/// <param name="ExitCode">0 is success.</param>
/// <param name="Output">Standard output, whole.</param>
/// <param name="Error">Standard error, whole.</param>
public sealed record CommandOutput(string Command, int ExitCode, string Output, string Error)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>Standard output, or a <see cref="LabException"/> with all that the program said when it failed.</summary>
    public string OutputOrThrow() => Succeeded
        ? Output
        : throw new LabException($"'{Command}' ended with exit code {ExitCode}\n{Error}\n{Output}");
}
