namespace Reconciler.Cli;

/// <summary>A file that a command is given; - is standard input.</summary>
internal static class InputFile
{
    /// <returns>Its name for messages, and its content.</returns>
    /// <exception cref="CommandException">It can't be read.</exception>
    public static async Task<(string Name, string Text)> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (file == "-") return ("standard input", await Console.In.ReadToEndAsync(cancellationToken));
        try
        {
            return (file, await File.ReadAllTextAsync(file, cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file}: can't be read: {e.Message}", e);
        }
    }
}
