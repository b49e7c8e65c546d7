using System.Net;
using NSubstitute;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Operator.Tests;

public sealed class StartupCheckTests
{
    [Fact]
    public async Task Kinds_that_are_not_installed_are_named_with_the_command_that_installs_them() =>
        (await RefusedAsync(HttpStatusCode.NotFound)).ShouldBe(
            "The API server does not know domains.xen.reconciler.dev: install the CustomResourceDefinitions with \"kubectl apply -f crds/\""
            + " (an API server older than 1.25 needs --validate=false besides: it does not know rules).");

    [Fact]
    public async Task Rights_that_are_missing_are_named() =>
        (await RefusedAsync(HttpStatusCode.Forbidden)).ShouldContain("the server says no");

    private static async Task<string> RefusedAsync(HttpStatusCode statusCode)
    {
        var client = Substitute.For<IKubernetesClient>();
        client.ListAsync<Domain>(Arg.Any<ListOptions>(), Arg.Any<CancellationToken>())
            .Returns<ResourceList<Domain>>(_ => throw new KubernetesApiException("the server says no", statusCode));
        return (await Should.ThrowAsync<StartupException>(() => StartupCheck.RunAsync(client, CancellationToken.None))).Message;
    }
}
