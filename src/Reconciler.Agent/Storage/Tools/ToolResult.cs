namespace Reconciler.Agent.Storage.Tools;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">0: well.</param>
/// <param name="Output">What it wrote to its standard output.</param>
/// <param name="Error">What it wrote to its standard error, in one line.</param>
internal sealed record ToolResult(int ExitCode, string Output, string Error);
