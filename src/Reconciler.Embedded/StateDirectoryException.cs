namespace Reconciler.Embedded;

/// <summary>A state directory can't be used; the message says why and what to do.</summary>
public sealed class StateDirectoryException(string message, Exception? innerException = null) : Exception(message, innerException);
