namespace Reconciler.Testing.Lab;

/// <summary>A part of a lab can't be had: says what was tried and what came out of it.</summary>
public sealed class LabException(string message) : Exception(message);
