using Reconciler.Runtime.Controllers;

namespace Reconciler.Runtime.Hosting;

/// <summary>A controller and where it may run.</summary>
/// <param name="Controller">The controller.</param>
/// <param name="NeedsLeadership">Runs only in the process that leads, where there is an election.</param>
public sealed record ControllerRegistration(IControllerLoop Controller, bool NeedsLeadership);
