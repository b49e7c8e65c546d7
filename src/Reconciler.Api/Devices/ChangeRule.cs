namespace Reconciler.Api.Devices;

/// <summary>What becomes of a change of one field while the guest runs.</summary>
/// <param name="Field">Below spec: <c>rate</c>, <c>source.volume.create.size</c>.</param>
/// <param name="Effect">When it takes effect.</param>
/// <param name="How">For the user's guide.</param>
/// <param name="Differs">Whether the field differs between two specs, whose defaults are filled in as by the API server.</param>
public sealed record ChangeRule<TSpec>(string Field, ChangeEffect Effect, string How, Func<TSpec, TSpec, bool> Differs);
