using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Tests.Support;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Tests.Worker;

public sealed class WorkerProtocolTests
{
    private static readonly DomainRef Domain = new(Guid.NewGuid(), 7);

    [Fact]
    public void Every_request_is_read_as_it_was_written_on_one_line()
    {
        WorkerRequest[] requests =
        [
            new DescribeRequest(), new ObserveRequest(), new ObserveRequest { Uuid = Domain.Uuid, Domid = 3 }, new CheckRequest("{\"a\":\n1}"),
            new CreateRequest("{}", Domains.Mark()), new UnpauseRequest(Domain, DateTimeOffset.UtcNow), new PauseRequest(Domain),
            new ShutdownRequest(Domain, DateTimeOffset.UtcNow), new WithdrawShutdownRequest(Domain), new DestroyRequest(Domain),
            new AttachRequest(Domain, DeviceMark.Of(Domains.Disk(), DateTimeOffset.UtcNow), "{}"), new AttachRequest(Domain, DeviceMark.Of(Domains.Nic(), DateTimeOffset.UtcNow), "{}"),
            new InspectRequest(Domain), new AdoptRequest(Domain, Domains.Desired(), DateTimeOffset.UtcNow), new AdoptRequest(Domain, Domains.Desired(), DateTimeOffset.UtcNow, DateTimeOffset.UtcNow),
            new RequestDetachRequest(Domain, Domains.Disk().Ref, DateTimeOffset.UtcNow), new DetachRequest(Domain, Domains.Nic().Ref, Force: true),
        ];
        requests.Select(request => request.Operation).Distinct().Count().ShouldBe(14);
        foreach (var request in requests.Select((request, i) => request with { Id = i }))
        {
            var line = WorkerProtocol.Encode(request, WorkerJson.Default.WorkerRequest);
            line.Count(b => b == '\n').ShouldBe(1);
            Encoding.UTF8.GetString(line).ShouldContain($"\"op\":\"{request.Operation}\"");
            WorkerProtocol.Decode(line.AsSpan()[..^1], WorkerJson.Default.WorkerRequest).ShouldBe(request);
        }
    }

    [Fact]
    public void Every_observed_domain_is_read_as_it_was_written() => Prop.ForAll(
        ArbMap.Default.GeneratorFor<(Guid, int, DomainOwnership, RunState)>().ToArbitrary(),
        ArbMap.Default.GeneratorFor<(ShutdownReason?, long, TimeSpan, bool, bool)>().ToArbitrary(),
        (identity, facts) =>
        {
            ObservedDomain domain = new()
            {
                Uuid = identity.Item1,
                Domid = identity.Item2,
                Ownership = identity.Item3,
                State = identity.Item4,
                Mark = facts.Item4 ? Domains.Mark() : null,
                ShutdownReason = facts.Item1,
                MemoryKiB = facts.Item2,
                Vcpus = 1,
                CpuTime = facts.Item3,
                OperationInProgress = facts.Item5,
            };
            WorkerReply reply = new() { Id = 1, Domains = new DomainsReport([domain.Ref], [domain], facts.Item5) };
            var read = WorkerProtocol.Decode(WorkerProtocol.Encode(reply, WorkerJson.Default.WorkerReply), WorkerJson.Default.WorkerReply);
            return read!.Domains!.Details.Single() == domain && read.Domains.All.Single() == domain.Ref && read.Domains.Busy == facts.Item5;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_bytes_throw() => Prop.ForAll((byte[] bytes) =>
    {
        WorkerProtocol.Decode(bytes, WorkerJson.Default.WorkerRequest);
        WorkerProtocol.Decode(bytes, WorkerJson.Default.WorkerReply);
        return WorkerProtocol.Decode(bytes, WorkerJson.Default.WorkerHello) is null;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"id":1}""")]
    [InlineData("""{"op":"format-disk","id":1}""")]
    [InlineData("""{"op":"pause"}""")]
    [InlineData("""[]""")]
    public void What_is_no_request_is_none(string line) =>
        WorkerProtocol.Decode(Encoding.UTF8.GetBytes(line), WorkerJson.Default.WorkerRequest).ShouldBeNull();
}
