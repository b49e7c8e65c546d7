using Microsoft.Extensions.DependencyInjection;
using Reconciler.Api.Conditions;
using Reconciler.Kubernetes.Model;
using Reconciler.Operator.Admission;
using Reconciler.Runtime.Health;

namespace Reconciler.Operator.Tests.Admission;

/// <summary>An operator that was upgraded before its role was.</summary>
public sealed class WithoutRightsTests
{
    [Fact]
    public void Semantics_41_An_operator_that_may_not_read_its_certificate_places_domains_all_the_same() => OperatorRig.Run(async rig =>
    {
        rig.Client.Refuse = kind => kind == typeof(Secret) || kind == typeof(ValidatingWebhookConfiguration);
        await rig.StartOperatorAsync(builder => builder.AddWebhooks(new OperatorArguments { WebhookPort = 0 }, "system"));
        await rig.ApplyHostAsync("node1");
        await rig.ApplyDomainAsync("web");
        await rig.ApplyDomainAsync("small", memory: "1Mi");
        await rig.UntilPlacedAsync("web");
        await rig.UntilAsync("small", domain => OperatorRig.Condition(domain, AcceptedCondition.Type) == "False InvalidSpec");

        var problems = rig.Services.GetRequiredService<OperatorHealth>().NotReady().Select(problem => problem.ToString()).ToList();
        problems.ShouldContain(problem => problem.Contains("serving certificate") && problem.Contains("no serving certificate yet"));
        problems.ShouldContain(problem => problem.Contains("secrets") && problem.Contains("forbidden"));
    });
}
