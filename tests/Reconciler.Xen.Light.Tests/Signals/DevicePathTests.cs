using Reconciler.Xen.Light.Signals;

namespace Reconciler.Xen.Light.Tests.Signals;

public sealed class DevicePathTests
{
    [Theory]
    [InlineData("/local/domain/0/backend/vbd/3/51712/state", 3)]
    [InlineData("/local/domain/0/backend/qdisk/3/51712", 3)]
    [InlineData("/local/domain/0/backend/vif/12", 12)]
    [InlineData("/local/domain/0/backend/console/3/0/state", null)]
    [InlineData("/local/domain/0/backend/vif", null)]
    [InlineData("/local/domain/0/backend", null)]
    [InlineData("/local/domain/0/backend/vif/x/0", null)]
    public void A_backends_path_says_whose_it_is(string path, int? domid) => DevicePath.DomidOfBackend(path).ShouldBe(domid);

    [Theory]
    [InlineData("/local/domain/3/device/vbd/51712/state", true)]
    [InlineData("/local/domain/3/device/vif/0", true)]
    [InlineData("/local/domain/3/device", true)]
    [InlineData("/local/domain/3/device/vbd/51712/ring-ref", false)]
    [InlineData("/local/domain/3/device/vbd/51712/queue-0/state", false)]
    [InlineData("/local/domain/3/device/suspend/event-channel", false)]
    public void Of_a_frontend_its_state_matters(string path, bool matters) => DevicePath.IsFrontendState(path).ShouldBe(matters);
}
