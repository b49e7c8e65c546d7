namespace Reconciler.Cli;

/// <summary>A command can't do what it was asked for; the message says why, and the remedy.</summary>
internal sealed class CommandException(string message, Exception? innerException = null) : Exception(message, innerException);
