namespace Reconciler.Embedded.Patching;

/// <summary>A patch does not apply.</summary>
internal sealed class JsonPatchException(string message) : Exception(message);
