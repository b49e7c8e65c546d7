namespace Reconciler.Operator;

/// <summary>Something outside keeps the operator from starting; the message says what, and the remedy.</summary>
internal sealed class StartupException(string message, Exception? innerException = null) : Exception(message, innerException);
