namespace Reconciler.Runtime.Web.Admission;

/// <summary>What came is no review that can be answered; the message says why.</summary>
internal sealed class MalformedReviewException(string message) : Exception(message);
