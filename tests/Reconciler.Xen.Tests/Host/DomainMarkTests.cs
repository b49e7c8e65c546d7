namespace Reconciler.Xen.Tests.Host;

public sealed class DomainMarkTests
{
    [Fact]
    public void The_first_start_is_kept() => A.Mark().WithStart(A.Noon).WithStart(A.Noon.AddHours(1)).StartedAt.ShouldBe(A.Noon);

    [Fact]
    public void The_first_request_is_kept_and_the_last_answer()
    {
        var refused = A.Mark().WithShutdownRequest(A.Noon, refused: true);
        refused.ShutdownRefused.ShouldBeTrue();
        var asked = refused.WithShutdownRequest(A.Noon.AddSeconds(5), refused: false);
        asked.ShutdownRequestedAt.ShouldBe(A.Noon);
        asked.ShutdownAskedAt.ShouldBe(A.Noon.AddSeconds(5));
        asked.ShutdownRefused.ShouldBeFalse();
    }

    [Fact]
    public void A_guest_that_took_a_request_once_may_still_follow_it_when_it_refuses_another()
    {
        var mark = A.Mark().WithShutdownRequest(A.Noon, refused: false).WithShutdownRequest(A.Noon.AddSeconds(5), refused: true);
        mark.ShutdownRefused.ShouldBeFalse();
        mark.WithoutShutdownRequest().ShutdownWithdrawn.ShouldBeTrue();
    }

    [Fact]
    public void A_request_that_was_made_is_remembered_when_it_is_struck()
    {
        var struck = A.Mark().WithShutdownRequest(A.Noon, refused: false).WithoutShutdownRequest();
        struck.ShutdownRequestedAt.ShouldBeNull();
        struck.ShutdownWithdrawn.ShouldBeTrue();
        struck.WithoutShutdownRequest().ShouldBe(struck);
    }

    [Fact]
    public void One_that_could_not_be_made_leaves_no_trace() =>
        A.Mark().WithShutdownRequest(A.Noon, refused: true).WithoutShutdownRequest().ShouldBe(A.Mark());
}
