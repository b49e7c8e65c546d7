using Microsoft.Extensions.DependencyInjection;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Operator.Placement;
using Reconciler.Runtime.Hosting;

namespace Reconciler.Operator;

/// <summary>What the operator is made of.</summary>
internal static class OperatorComponents
{
    /// <summary>Adds the operator's controllers and the stores that they read.</summary>
    public static OperatorBuilder RegisterComponents(this OperatorBuilder builder)
    {
        var needs = new DomainsByNeed();
        builder.Services.AddSingleton(needs);
        builder.Services.AddSingleton<AssumedPlacements>();
        builder.Services.AddSingleton<OwnWrites>();

        // One worker: a decision counts on what the one before it has promised.
        return builder
            .AddStore<XenHost>()
            .AddController<PlacementController, Domain>(controller => controller
                .When(PlacementTriggers.OfDomain)
                .Watches<XenHost>(_ => needs.Unplaced)
                .Watches<XenHost>(needs.On, PlacementTriggers.HostCameOrWent)
                .Watches<Domain>(_ => needs.Unplaced, PlacementTriggers.FreesReservation)
                .WithWorkers(1));
    }
}
